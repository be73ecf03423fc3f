"""Helper package of the course on the mathematics of generative models.

Importing it loads nothing else: notebooks import the modules that they use,
for example ``from course_utils.distributions import gaussian_pdf``.
"""

__version__ = "0.1.0"
