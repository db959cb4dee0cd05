"""The SQL of a search. Constant text: whatever a person typed is a parameter."""

from __future__ import annotations

from documents.access import readable_domains_sql

#: What is not read yet is counted up to here.
WAITING_CAP = 99

# Documents that the reader may read, with all that is counted of them. Two branches, so that each
# starts from an index: the documents of readable folders, read from the index
# `documents_document_search` alone, and those that have rights of their own.
READ = "d.id, d.folder_id, d.media_type, d.changed_by_id, d.changed_at, d.sort_title"
MINE = f"""
    ok AS MATERIALIZED ({readable_domains_sql()}),
    mine AS MATERIALIZED (
        SELECT {READ}
          FROM documents_folder f JOIN documents_document d ON d.folder_id = f.id
         WHERE f.organisation_id = %(organisation)s AND f.trashed_at IS NULL
           AND f.domain_id IN (SELECT domain_id FROM ok)
           AND d.trashed_at IS NULL AND d.own_domain_id IS NULL {{narrowed}}
        UNION ALL
        SELECT {READ}
          FROM documents_document d JOIN documents_folder f ON f.id = d.folder_id
         WHERE d.organisation_id = %(organisation)s AND d.trashed_at IS NULL
           AND d.own_domain_id IN (SELECT domain_id FROM ok)
           AND f.trashed_at IS NULL {{narrowed}})
"""  # noqa: S608 - constant text, parameters apart
# For those who read nearly everything, the set above would be the whole commune: each match is
# looked at instead, and few are refused.
ALLOWED = """
    EXISTS (SELECT 1 FROM documents_document d JOIN documents_folder f ON f.id = d.folder_id
             WHERE d.id = t.document_id AND d.trashed_at IS NULL AND f.trashed_at IS NULL
               AND COALESCE(d.own_domain_id, f.domain_id) IN (SELECT domain_id FROM ok)
               {narrowed} OFFSET 0)
"""
# The questions come as sub-selects: the planner cannot see how common a word is, so it expects few
# matches. Left to choose, it reads every text of the commune for a common word, not knowing what
# it costs to unpack them; `documents_text_unpacked` says yes and tells that cost. IS TRUE keeps the
# set of readable ids a hash table.
FOUND = """
    WITH {sets},
    hit AS MATERIALIZED (
        SELECT t.document_id FROM documents_documenttext t
         WHERE t.organisation_id = %(organisation)s AND {match} AND {allowed}
           AND documents_text_unpacked(t.document_id) LIMIT {limit}),
    found AS MATERIALIZED (
        SELECT d.id, d.folder_id, d.media_type, d.changed_by_id, d.changed_at,
               d.sort_title LIKE ANY(%(beginnings)s) AS named
          FROM hit JOIN {known} d ON d.id = hit.document_id),
    total AS MATERIALIZED (SELECT count(*) AS n FROM found),
    placed AS MATERIALIZED (
        SELECT id, folder_id, named,
               row_number() OVER (ORDER BY changed_at DESC, id DESC) AS place,
               1 + 0.5 / (1 + greatest(extract(epoch FROM %(now)s - changed_at)::float8, 0)
                              / 31536000) AS freshness
          FROM found),
    weighed AS MATERIALIZED (
        (SELECT id, freshness FROM placed WHERE place <= {ranked})
        UNION
        (SELECT id, freshness FROM placed WHERE named ORDER BY place LIMIT {ranked})),
    score AS MATERIALIZED (
        SELECT w.id, (SELECT {weight}
                        FROM documents_documenttext t
                       WHERE t.organisation_id = %(organisation)s AND t.document_id = w.id)
                     * w.freshness AS score
          FROM weighed w WHERE (SELECT n FROM total) <= {cap}),
    {page},
    folder AS MATERIALIZED (
        SELECT f.path, g.n
          FROM (SELECT folder_id, count(*) n FROM found GROUP BY 1) g
          JOIN documents_folder f ON f.id = g.folder_id)
    SELECT (SELECT n FROM total),
           (SELECT array_agg(id ORDER BY place) FROM page),
           (SELECT array_agg(path ORDER BY place) FROM page),
           (SELECT jsonb_object_agg(media_type, n)
              FROM (SELECT media_type, count(*) n FROM found GROUP BY 1) x),
           (SELECT jsonb_object_agg(changed_by_id, n)
              FROM (SELECT changed_by_id, count(*) n FROM found
                     WHERE changed_by_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 8) x),
           (SELECT jsonb_object_agg(path, n) FROM folder),
           (SELECT jsonb_object_agg(year, n)
              FROM (SELECT extract(year FROM changed_at AT TIME ZONE %(zone)s)::int AS year,
                           count(*) n FROM found GROUP BY 1 ORDER BY 1 DESC LIMIT 8) x),
           {natures},
           {tags},
           {leaves}
"""
# The page: best answers first; or folder by folder, the folder of the best answer first, a few
# lines of each, over all that was found and not only over what one page holds.
BEST_FIRST = """
    page AS MATERIALIZED (
        SELECT x.id, f.path, row_number() OVER () AS place
          FROM (SELECT p.id, p.folder_id FROM placed p LEFT JOIN score USING (id)
                 ORDER BY score DESC NULLS LAST, p.place LIMIT {size} OFFSET %(offset)s) x
          JOIN documents_folder f ON f.id = x.folder_id)"""
BY_FOLDER = """
    ranked AS MATERIALIZED (
        SELECT p.id, p.folder_id,
               row_number() OVER (ORDER BY score DESC NULLS LAST, p.place) AS rank
          FROM placed p LEFT JOIN score USING (id)),
    shelved AS MATERIALIZED (
        SELECT id, folder_id, rank, min(rank) OVER (PARTITION BY folder_id) AS best,
               row_number() OVER (PARTITION BY folder_id ORDER BY rank) AS nth
          FROM ranked),
    page AS MATERIALIZED (
        SELECT x.id, f.path, row_number() OVER (ORDER BY x.best, x.rank) AS place
          FROM (SELECT id, folder_id, best, rank FROM shelved WHERE nth <= {shelf}
                 ORDER BY best, rank LIMIT {size} OFFSET %(offset)s) x
          JOIN documents_folder f ON f.id = x.folder_id)"""
LEAVES = "(SELECT n FROM total)"
LEAVES_BY_FOLDER = "(SELECT count(*) FROM shelved WHERE nth <= {shelf})"
# What an organisation calls its documents, and the words that it puts on them; nothing is joined
# above the cap, where no count would be true.
NATURES = """
    (SELECT jsonb_agg(jsonb_build_array(n.uid, n.label, x.n) ORDER BY x.n DESC, n.sort_label)
       FROM (SELECT d.type_id, count(*) n FROM found JOIN documents_document d ON d.id = found.id
              WHERE d.type_id IS NOT NULL AND (SELECT n FROM total) <= {cap} GROUP BY 1) x
       JOIN documents_documenttype n ON n.id = x.type_id)"""
TAGS = """
    (SELECT jsonb_agg(jsonb_build_array(w.uid, w.label, x.n) ORDER BY x.n DESC, w.sort_label)
       FROM (SELECT p.tag_id, count(*) n FROM found
               JOIN documents_documenttag p ON p.document_id = found.id
              WHERE (SELECT n FROM total) <= {cap}
              GROUP BY 1 ORDER BY 2 DESC LIMIT 8) x
       JOIN documents_tag w ON w.id = x.tag_id)"""
# Above the cap: from the newest on, until the page is full. LATERAL keeps the order of the walk.
NEWEST = """
    WITH {sets}, newest AS MATERIALIZED (SELECT id FROM mine ORDER BY changed_at DESC, id DESC)
    SELECT n.id, f.path
      FROM newest n
      CROSS JOIN LATERAL (SELECT 1 FROM documents_documenttext t
                           WHERE t.organisation_id = %(organisation)s AND t.document_id = n.id
                             AND {match} LIMIT 1) held
      CROSS JOIN LATERAL (SELECT x.folder_id FROM documents_document x WHERE x.id = n.id LIMIT 1) d
      CROSS JOIN LATERAL (SELECT y.path FROM documents_folder y WHERE y.id = d.folder_id LIMIT 1) f
     LIMIT {size} OFFSET %(offset)s
"""
# For those who read nearly everything: along the index of dates, each text looked at on the way.
# IS TRUE keeps the readable domains a hash table; LATERAL and its LIMIT keep the order of the walk.
NEWEST_OF_ALL = """
    WITH {sets}
    SELECT d.id, f.path
      FROM documents_document d
      JOIN documents_folder f ON f.id = d.folder_id AND f.trashed_at IS NULL
      CROSS JOIN LATERAL (SELECT 1 FROM documents_documenttext t
                           WHERE t.organisation_id = %(organisation)s AND t.document_id = d.id
                             AND {match} LIMIT 1) held
     WHERE d.organisation_id = %(organisation)s AND d.trashed_at IS NULL
       AND (COALESCE(d.own_domain_id, f.domain_id) IN (SELECT domain_id FROM ok)) IS TRUE
           {narrowed}
     ORDER BY d.changed_at DESC, d.id DESC LIMIT {size} OFFSET %(offset)s
"""
NAMES = f"""
    WITH ok AS MATERIALIZED ({readable_domains_sql()})
    SELECT 'above', f.path, f.uid, f.name, NULL
      FROM documents_folder f
     WHERE f.organisation_id = %s AND f.path = ANY(%s)
       AND f.domain_id IN (SELECT domain_id FROM ok)
    UNION ALL
    SELECT 'author', p.id::text, p.uid, trim(p.given_name || ' ' || p.family_name), NULL
      FROM accounts_person p WHERE p.id = ANY(%s)
    UNION ALL
    (SELECT 'folder', f.path, f.uid, f.name,
            CASE WHEN up.domain_id IN (SELECT domain_id FROM ok) THEN up.name END
       FROM documents_folder f LEFT JOIN documents_folder up ON up.id = f.parent_id
      WHERE f.organisation_id = %s AND f.trashed_at IS NULL AND f.sort_name LIKE ALL(%s)
        AND f.domain_id IN (SELECT domain_id FROM ok)
      ORDER BY f.depth, f.sort_name LIMIT 30)
    UNION ALL
    SELECT w.index_state, NULL, NULL, count(*)::text, NULL FROM (
        SELECT v.index_state FROM documents_version v
          JOIN documents_document d ON d.current_version_id = v.id
          JOIN documents_folder f ON f.id = d.folder_id
         WHERE v.organisation_id = %s AND v.index_state IN ('waiting', 'ocr', 'failed')
           AND f.path >= %s AND f.path < %s
           AND d.organisation_id = %s AND d.trashed_at IS NULL AND f.trashed_at IS NULL
           AND COALESCE(d.own_domain_id, f.domain_id) IN (SELECT domain_id FROM ok)
         LIMIT {WAITING_CAP + 1}) w
     GROUP BY w.index_state
"""  # noqa: S608 - constant text, parameters apart
# The first page of the document that may hold one of the words, or else its first page.
LINES = """
    SELECT d.id, d.uid, d.title, d.media_type, d.changed_at, f.path, f.trashed_at,
           trim(p.given_name || ' ' || p.family_name), v.index_state, v.number,
           t.version_id = d.current_version_id, page.number, page.text
      FROM documents_document d
      JOIN documents_folder f ON f.id = d.folder_id
      LEFT JOIN documents_version v ON v.id = d.current_version_id
      LEFT JOIN accounts_person p ON p.id = d.changed_by_id
      LEFT JOIN documents_documenttext t
             ON t.organisation_id = d.organisation_id AND t.document_id = d.id
      LEFT JOIN LATERAL (
            (SELECT pg.number, pg.text FROM documents_documentpage pg
              WHERE pg.version_id = t.version_id AND pg.text ~* %s
              ORDER BY pg.number LIMIT 1)
            UNION ALL
            (SELECT pg.number, pg.text FROM documents_documentpage pg
              WHERE pg.version_id = t.version_id ORDER BY pg.number LIMIT 1)
            LIMIT 1) page ON true
     WHERE d.organisation_id = %s AND d.id = ANY(%s)
"""
# How many readable documents answer each of several questions, up to a limit.
COUNTS = "WITH {sets} SELECT {counts}"
COUNT = """
    (SELECT count(*) FROM (
        SELECT 1 FROM documents_documenttext t
         WHERE t.organisation_id = %(organisation)s AND {match} AND {allowed}
           AND documents_text_unpacked(t.document_id) LIMIT {limit}) x)
"""
