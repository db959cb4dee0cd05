"""Addresses of learning."""

from django.urls import path

from training import views

app_name = "training"

_HOME = "c/<slug:org>/formation/"

urlpatterns = [
    path(_HOME, views.home, name="home"),
    path(_HOME + "<slug:slug>/", views.module, name="module"),
    path(_HOME + "<slug:slug>/<int:number>/", views.step, name="step"),
    path("formation/<slug:slug>/", views.public, name="public"),
]
