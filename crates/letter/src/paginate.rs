//! Strips to pages: as many as fit, what is kept together on one page, titles of tables repeated.

use crate::strip::{Follow, MARGIN, Mark, PAPER_HEIGHT, Piece, Strip};

/// Where content begins on a page.
const TOP: f32 = 54.0;
/// Where it ends.
const BOTTOM: f32 = PAPER_HEIGHT - 68.0;

/// A page: pieces by the corner that their places are counted from.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) placed: Vec<Placed>,
}

/// A strip's pieces on a page.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) pieces: Vec<Piece>,
}

/// Lays strips on pages, in order.
pub(crate) fn pages(strips: Vec<Strip>) -> Vec<Page> {
    let mut pages = vec![Page::default()];
    let mut reached = TOP;
    let mut ahead = strips.into_iter().peekable();
    while ahead.peek().is_some() {
        // What must stand on one page.
        let mut group: Vec<Strip> = Vec::new();
        for strip in ahead.by_ref() {
            let kept = strip.follow == Follow::Kept;
            group.push(strip);
            if !kept {
                break;
            }
        }
        let height: f32 = group.iter().map(|strip| strip.gap + strip.height).sum();
        let fits_a_page = height <= BOTTOM - TOP;
        if reached > TOP && reached + height > BOTTOM && fits_a_page {
            pages.push(Page::default());
            reached = TOP;
        }
        for strip in group {
            // What does not fit on any page is cut between its strips.
            if reached > TOP && reached + strip.gap + strip.height > BOTTOM {
                pages.push(Page::default());
                reached = TOP;
            }
            place(strip, &mut pages, &mut reached);
        }
    }
    pages
}

fn place(strip: Strip, pages: &mut [Page], reached: &mut f32) {
    let Some(page) = pages.last_mut() else {
        return;
    };
    if *reached > TOP {
        *reached += strip.gap;
    } else if let Some(titles) = &strip.titles {
        let decoration = |piece: &Piece| Piece {
            mark: Mark::Decoration,
            shapes: piece.shapes.clone(),
        };
        page.placed.push(Placed {
            x: MARGIN,
            y: *reached,
            pieces: titles.pieces.iter().map(decoration).collect(),
        });
        *reached += titles.height;
    }
    page.placed.push(Placed {
        x: MARGIN,
        y: *reached,
        pieces: strip.pieces,
    });
    *reached += strip.height;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(strips: Vec<Strip>) -> Vec<usize> {
        let pages = pages(strips);
        pages.iter().map(|page| page.placed.len()).collect()
    }

    #[test]
    fn a_heading_goes_to_the_page_of_what_follows() {
        let mut strips: Vec<Strip> = (0..7).map(|_| Strip::new(0.0, 90.0)).collect();
        strips.push(Strip::new(10.0, 20.0).kept());
        strips.push(Strip::new(0.0, 90.0));
        assert_eq!(counts(strips), [7, 2]);
    }

    #[test]
    fn what_fits_on_no_page_is_cut_and_nothing_is_lost() {
        let strips = (0..20).map(|_| Strip::new(0.0, 90.0).kept()).collect();
        assert_eq!(counts(strips), [7, 7, 6]);
    }

    #[test]
    fn no_space_stands_above_the_first_strip_of_a_page() {
        let strips = vec![Strip::new(50.0, 10.0), Strip::new(50.0, 10.0)];
        let pages = pages(strips);
        let tops: Vec<f32> = pages[0].placed.iter().map(|placed| placed.y).collect();
        assert_eq!(tops, [TOP, TOP + 60.0]);
    }
}
