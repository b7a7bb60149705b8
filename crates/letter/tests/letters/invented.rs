//! Letters about an invented person.

use limpide_letter::{
    Align, Block, Callout, Column, Day, Effect, Effects, Gauge, Letter, Table, Tone,
};
use limpide_model::Lang;

fn effect(label: &str, sentence: &str, size: f64, written: &str, words: &str) -> Effect {
    Effect {
        label: label.into(),
        sentence: sentence.into(),
        size,
        written: written.into(),
        words: words.into(),
    }
}

/// A refusal, in French.
pub fn refusal() -> Letter {
    let more = "Augmente le risque";
    let less = "Diminue le risque";
    Letter {
        lang: Lang::Fr,
        title: "Votre demande de crédit n’est pas acceptée".into(),
        sender: "Prêt à dépenser".into(),
        sender_address: vec!["1, place de l’Exemple".into(), "75000 Paris".into()],
        date: "22 novembre 2026".into(),
        day: Day {
            year: 2026,
            month: 11,
            day: 22,
        },
        recipient: vec!["Amina Laurent".into(), "Client n° 100042".into()],
        subject: "Demande de crédit de 24\u{202f}000\u{202f}€, sur 36\u{a0}mois".into(),
        body: vec![
            Block::Paragraph(
                "Nous avons étudié votre demande. Vous trouverez ci-dessous notre décision, ce qui \
                 l’explique et ce que vous pouvez faire. Cette décision a été prise par une personne, le \
                 22 novembre 2026."
                    .into(),
            ),
            Block::Result(
                Gauge {
                    figure: "14,2\u{202f}%".into(),
                    label: "Risque estimé".into(),
                    threshold: "11,0\u{202f}%".into(),
                    end: "30\u{202f}%+".into(),
                    at: 0.142 / 0.3,
                    threshold_at: 0.11 / 0.3,
                    words: "Risque estimé à 14,2\u{202f}%, pour une limite à 11,0\u{202f}%.".into(),
                },
                Callout {
                    tone: Tone::Against,
                    title: "Le risque estimé dépasse le seuil accepté.".into(),
                    text: "Sur 100 demandeurs au dossier semblable, environ 14 auraient de sérieuses \
                           difficultés de remboursement. La limite est de 11."
                        .into(),
                },
            ),
            Block::Heading("Ce qui a le plus compté".into()),
            Block::Effects(Effects {
                summary: "Ce qui a le plus compté, et son effet sur le risque estimé".into(),
                columns: [
                    "Votre situation".into(),
                    "Effet sur le risque".into(),
                    "Points".into(),
                ],
                rows: vec![
                    effect(
                        "Notation de crédit externe",
                        "Votre notation de crédit externe est de 2,1 sur 10, plus basse que celle de \
                         90\u{202f}% des demandeurs.",
                        5.2,
                        "+5,2",
                        more,
                    ),
                    effect(
                        "Mensualité / revenu",
                        "Les mensualités prendraient 31\u{202f}% de vos revenus.",
                        2.6,
                        "+2,6",
                        more,
                    ),
                    effect(
                        "Ancienneté dans l’emploi",
                        "Vous êtes dans votre emploi depuis 1\u{a0}an.",
                        1.7,
                        "+1,7",
                        more,
                    ),
                    effect(
                        "Refus antérieurs",
                        "Aucune demande ne vous a été refusée ces dernières années.",
                        -2.1,
                        "\u{2212}2,1",
                        less,
                    ),
                    effect(
                        "Logement",
                        "Vous êtes propriétaire de votre logement.",
                        -1.2,
                        "\u{2212}1,2",
                        less,
                    ),
                ],
            }),
            Block::Note(
                "Un point : sur 100 demandeurs semblables, une personne de plus en difficulté.".into(),
            ),
            Block::Heading("Vos droits et la suite".into()),
            Block::List(vec![
                "Vous pouvez demander qu’une autre personne réexamine la décision. Elle vous répond \
                 sous 30 jours."
                    .into(),
                "Vous pouvez consulter vos données et faire corriger une information inexacte.".into(),
                "Vous pouvez adresser une réclamation à la CNIL : 3 place de Fontenoy, TSA 80715, \
                 75334 Paris Cedex 07, www.cnil.fr."
                    .into(),
            ]),
        ],
        foot: "Prêt à dépenser · établi le 22 novembre 2026 · modèle a1b2c3d4e5f6".into(),
    }
}

/// A long file for the record, in English, with signs that no font of ours has.
pub fn record() -> Letter {
    let column = |title: &str, share, align| Column {
        title: title.into(),
        share,
        align,
    };
    let rows = (1..=90).map(|number| {
        vec![
            format!("Feature number {number}"),
            format!("{}", number * 7),
            format!("+0.{number:02}"),
        ]
    });
    Letter {
        lang: Lang::En,
        title: "File for the record".into(),
        sender: "Limpide".into(),
        sender_address: Vec::new(),
        date: "22 November 2026".into(),
        day: Day {
            year: 2026,
            month: 11,
            day: 22,
        },
        recipient: vec!["Client no. 100042, 王小明 😀 مريم ‏O’Neil \"Жанна\"".into()],
        subject: String::new(),
        body: vec![
            Block::Callout(Callout {
                tone: Tone::Favour,
                title: "The credit is granted.".into(),
                text: String::new(),
            }),
            Block::Heading("Decision".into()),
            Block::Table(Table {
                summary: "What was decided".into(),
                columns: vec![column("", 1.0, Align::Left), column("", 2.0, Align::Left)],
                rows: vec![
                    vec!["Model".into(), "0123456789abcdef".repeat(4)],
                    vec!["Words".into(), "word ".repeat(900)],
                    vec!["Empty".into(), String::new()],
                ],
            }),
            Block::Heading("Inputs".into()),
            Block::Table(Table {
                summary: "What the model read".into(),
                columns: vec![
                    column("Feature", 3.0, Align::Left),
                    column("Value", 1.0, Align::Right),
                    column("Weight", 1.0, Align::Right),
                ],
                rows: rows.collect(),
            }),
        ],
        foot: "Limpide · 22 November 2026".into(),
    }
}
