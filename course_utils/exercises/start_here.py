"""Exercises of notebook 00: how an exercise works."""

from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

EXERCISES = (
    Exercise(
        name="rescale",
        asks="rescale(x): the values of x shifted and stretched so that the smallest becomes 0 and the largest 1",
        hints=(
            "Do it in two steps: first make the smallest value 0, then make the largest 1.",
            "After the shift the largest value is the range of x, `x.max() - x.min()`. What must you divide by?",
        ),
        reference=lambda x: (x - x.min()) / (x.max() - x.min()),
        mistakes=(
            Mistake(
                "You divided by the largest value and did not shift, so the smallest value does not become 0.",
                lambda x: x / x.max(),
            ),
            Mistake(
                "Division binds before subtraction: `x - x.min()` needs parentheses.",
                lambda x: x - x.min() / (x.max() - x.min()),
            ),
            Mistake("You shifted but did not stretch: the largest value must become 1.", lambda x: x - x.min()),
            Mistake(
                "You divided by the largest value; after the shift the largest value is the range.",
                lambda x: (x - x.min()) / x.max(),
            ),
            Mistake(
                "You centred at the mean. That is standardising (mean 0, deviation 1), another good thing to do.",
                lambda x: (x - x.mean()) / x.std(),
            ),
        ),
        examine=compare(lambda rng: [(rng.normal(5, 2, size),) for size in (3, 10, 50)]),
    ),
    Exercise(
        name="which_outcome",
        asks="one of 'a', 'b', 'c'",
        hints=(
            "Run the check with the stub untouched and read what it says.",
            "Then choose Run > Run All Cells. Does the notebook reach its last cell?",
        ),
        reference="b",
        mistakes=(
            Mistake("An unsolved exercise does not raise an error: run the notebook from top to bottom and see.", "a"),
            Mistake("An unsolved exercise is not counted as wrong: it has a verdict of its own.", "c"),
        ),
        examine=choose(),
    ),
)
