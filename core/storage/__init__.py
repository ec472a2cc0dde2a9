"""Where files are kept: on the site's own disk, or in an object store."""
