// Behaviour of the pages below Pages/: run. Everything works without it.
