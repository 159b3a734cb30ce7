-- What a database holds of Waypost, format 1. `python -m bot migrate` makes it, and so does the first start.
-- The names are looked for, and made, in the first schema of the search path.

CREATE TABLE waypost_meta (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),  -- there is one row
    format integer NOT NULL,                           -- of all this; a program refuses one that it does not know
    lookup text NOT NULL,                              -- the secret of the keys of people, encrypted
    holder text NOT NULL,                              -- who opened the store last; nobody else may write
    seq bigint NOT NULL,                               -- one more with each write
    owes boolean NOT NULL DEFAULT false                -- rows were erased, and the table was not written anew since
) WITH (fillfactor = 50);

-- One document a row, as JSON, encrypted as on disk: see docs/safety.md for what stands in the clear.
CREATE TABLE waypost_rows (
    kind text NOT NULL,
    key text NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (kind, key)
);
-- No samples of rows in the server's statistics: they would outlive who is forgotten.
ALTER TABLE waypost_rows ALTER kind SET STATISTICS 0, ALTER key SET STATISTICS 0, ALTER document SET STATISTICS 0;
