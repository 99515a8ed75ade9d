// Behaviour of the pages below Pages/: workflows. Everything works without it.
