"""How the course is made from its sources: notebooks, solutions, decks, and the proof that they hold."""
