"""What holds on every page: axe-core finds nothing, nothing scrolls sideways, nothing moves for those who ask."""

import json
from pathlib import Path

from visitor import DESK

AXE = (Path(__file__).parents[2] / "crates/limpide/tests/vendor/axe.min.js").read_text(encoding="utf-8")
# A telephone, or a page enlarged four times.
NARROW = {"width": 320, "height": 720}
# Half as many CSS pixels: what is left at 200 %.
ENLARGED = {"width": 640, "height": 450}

LOOK = """() => axe.run(document, {resultTypes: ['violations']}).then(found => ({
  passed: found.passes.length,
  violations: found.violations.map(v => [v.id, v.help, v.nodes.map(n => n.html + ' — ' + n.failureSummary)]),
}))"""
# The parts that stick out, deepest first: what is to be mended.
SIDEWAYS = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return null;
  const out = [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > page.clientWidth + 0.5 && !e.closest('.table-scroll, pre'))
    .map(e => e.outerHTML.slice(0, 120));
  return [page.scrollWidth, page.clientWidth, out.slice(-5)];
}"""
MOVES = """() => [...document.querySelectorAll('body, body *')].flatMap(e => {
  const style = getComputedStyle(e);
  const moves = style.animationName !== 'none' || style.transitionDuration.split(', ').some(t => parseFloat(t) > 0.01);
  return moves ? [e.outerHTML.slice(0, 120)] : [];
}).concat(document.getAnimations().map(a => 'animation ' + a.playState))"""
# Two frames: styles of another medium or size are in place.
SETTLED = """() => document.fonts.ready.then(() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(done))))"""


def settle(page):
    page.evaluate(SETTLED)


def has_no_violation(page, what):
    if page.evaluate("typeof axe") != "object":
        page.evaluate(AXE)
    found = page.evaluate(LOOK)
    assert found["passed"] > 10, f"{what}: axe looked at nothing"
    told = json.dumps(found["violations"], indent=1, ensure_ascii=False)
    assert told == "[]", f"{what}: {told}"


def does_not_scroll_sideways(page, what):
    found = page.evaluate(SIDEWAYS)
    assert found is None, f"{what}: {found}"


def check(visitor, what):
    """The open page, as everybody sees it. Colours and motion are the same in every language: French has them all."""
    if visitor.walk.pictured:
        return
    page, what = visitor.page, f"{what} ({visitor.lang})"
    views = [("light", "none", DESK), ("light", "none", NARROW)]
    if visitor.lang == "fr":
        views += [("dark", "none", DESK), ("light", "active", DESK)]
    for scheme, forced, size in views:
        page.emulate_media(color_scheme=scheme, forced_colors=forced, reduced_motion="reduce")
        page.set_viewport_size(size)
        settle(page)
        view = f"{what}, {'forced colours' if forced == 'active' else scheme}, {size['width']} pixels"
        has_no_violation(page, view)
        does_not_scroll_sideways(page, view)
    page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
    page.set_viewport_size(ENLARGED)
    settle(page)
    does_not_scroll_sideways(page, f"{what}, at 200 %")
    page.set_viewport_size(DESK)
    moves = page.evaluate(MOVES)
    assert not moves, f"{what}: moves though less motion was asked for: {moves[:5]}"
    visitor.walk.looked += 1
