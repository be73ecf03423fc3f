"""The networks that the course trains, in torch: each concept a module, and one training loop for all.

Nothing is imported here: torch comes with the modules, as in ``from course_utils.models.training import train``.
"""
