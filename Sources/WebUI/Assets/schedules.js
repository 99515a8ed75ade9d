// Behaviour of the pages below Pages/: schedules. Everything works without it.
