"""Addresses of what a commune publishes. Nobody signs in: the organisation in the path is
`commune`, never `org`, so that no actor is built."""

from django.urls import path

from council.views import public, public_data, public_open

app_name = "public"

_HOME = "publications/<slug:commune>/"

urlpatterns = [
    path(_HOME, public.home, name="home"),
    path(_HOME + "actes/", public.acts, name="acts"),
    path(_HOME + "actes/<uuid:uid>/", public.act, name="act"),
    path(_HOME + "actes/<uuid:uid>/texte.pdf", public.act_text, name="act-text"),
    path(_HOME + "seances/", public.meetings, name="meetings"),
    path(_HOME + "seances/<uuid:uid>/", public.meeting, name="meeting"),
    path(_HOME + "seances/<uuid:uid>/liste.pdf", public.result_list, name="list"),
    path(_HOME + "seances/<uuid:uid>/proces-verbal.pdf", public.minutes, name="minutes"),
    path(_HOME + "deliberations.csv", public_open.deliberations, name="deliberations"),
    path(_HOME + "oparl/", public_open.system, name="oparl"),
    path(_HOME + "oparl/<slug:kind>/", public_open.objects, name="oparl-list"),
    path(_HOME + "oparl/<slug:kind>/<uuid:uid>/", public_open.one_object, name="oparl-object"),
    path(_HOME + "actes.atom", public_data.feed, name="feed"),
    path(_HOME + "plan.xml", public_data.sitemap, name="sitemap"),
]
