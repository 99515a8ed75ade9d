// Behaviour of the pages below Pages/: admin. Everything works without it.
