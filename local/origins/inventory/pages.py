"""The pages, from templates: what is inserted is escaped, and a name that is missing is an error."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .stock import Look

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
)
ARTICLE = "Ship's bell, brass"


def product(look: Look) -> str:
    """The product page: the same for everybody who sees this look."""
    return _TEMPLATES.get_template("product.html").render(article=ARTICLE, look=look.value)


def thanks() -> str:
    """For the buyer."""
    return _TEMPLATES.get_template("thanks.html").render(article=ARTICLE)


def sold_out() -> str:
    """For a buyer who came too late."""
    return _TEMPLATES.get_template("sold_out.html").render(article=ARTICLE)


def admin(pieces: int, look: Look, renders: dict[str, int], fault: str = "") -> str:
    """For the shopkeeper; `fault` is what was wrong with what they sent."""
    template = _TEMPLATES.get_template("admin.html")
    return template.render(article=ARTICLE, pieces=pieces, look=look.value, renders=renders, fault=fault)
