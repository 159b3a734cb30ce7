"""Understanding a question: language, place, need and danger, then ranked services."""
