//! The two forms of a body: plain text and HTML.
//!
//! Mail programs know little CSS, so styles stand on the elements. Every word
//! that is not ours is escaped.

use super::{Body, Transcript, Voice};

/// Width of the rule between parts of the plain form.
const RULE: &str = "----------------------------------------";

/// The plain form.
pub fn plain(body: &Body) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(body.above.iter().map(|above| format!("— {above} —")));
    parts.extend(body.intro.iter().cloned());
    parts.extend(body.button.iter().map(|(words, address)| format!("{words} :\n{address}")));
    parts.extend(body.after.iter().cloned());
    if let Some(transcript) = &body.transcript {
        parts.push(format!("{RULE}\n{}", transcript.title));
        parts.extend(transcript.note.clone());
        let line = |l: &super::Line| format!("{}, {} :\n{}", l.who, l.when, l.text);
        parts.extend(transcript.lines.iter().map(line));
    }
    if !body.footer.is_empty() {
        parts.push(format!("{RULE}\n{}", body.footer.join("\n")));
    }
    parts.join("\n\n") + "\n"
}

/// The HTML form.
pub fn html(body: &Body) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"></head>\
         <body style=\"margin:0;padding:16px;background:#fbfaf7;color:#1d2733;\
         font:16px/1.5 system-ui,sans-serif\"><div style=\"max-width:560px;margin:0 auto\">",
        escape(&body.lang)
    );
    let small = "margin:0 0 12px;color:#5b6570;font-size:14px";
    if let Some(above) = &body.above {
        page += &paragraph(small, &format!("— {above} —"));
    }
    for text in &body.intro {
        page += &paragraph("margin:0 0 16px", text);
    }
    if let Some((words, address)) = &body.button {
        page += &format!(
            "<p style=\"margin:0 0 16px\"><a href=\"{}\" style=\"display:inline-block;padding:12px 20px;\
             border-radius:12px;background:#0f5c5a;color:#ffffff;text-decoration:none\">{}</a></p>",
            escape(address),
            escape(words)
        );
    }
    for text in &body.after {
        page += &paragraph(small, text);
    }
    if let Some(transcript) = &body.transcript {
        page += &conversation(transcript);
    }
    for text in &body.footer {
        page += &paragraph(small, text);
    }
    page + "</div></body></html>"
}

fn conversation(transcript: &Transcript) -> String {
    let title = escape(&transcript.title);
    let mut part = format!("<h2 style=\"font-size:16px;margin:24px 0 12px\">{title}</h2>");
    if let Some(note) = &transcript.note {
        part += &paragraph("margin:0 0 12px;color:#5b6570;font-size:14px", note);
    }
    for line in &transcript.lines {
        let colour = match line.voice {
            Voice::Visitor => "#ffffff",
            Voice::Machine => "#f1efe8",
            Voice::Person => "#e3efe9",
        };
        part += &format!(
            "<div style=\"margin:0 0 12px;padding:8px 14px;border:1px solid #e3dfd6;border-radius:12px;\
             background:{colour}\"><div style=\"font-size:13px;color:#5b6570\"><b>{}</b>, {}</div>{}</div>",
            escape(&line.who),
            escape(&line.when),
            breaks(&line.text)
        );
    }
    part
}

fn paragraph(style: &str, text: &str) -> String {
    format!("<p style=\"{style}\">{}</p>", breaks(text))
}

fn breaks(text: &str) -> String {
    escape(text).replace('\n', "<br>")
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Line;

    fn body(text: &str) -> Body {
        let line = Line {
            voice: Voice::Visitor,
            who: text.to_owned(),
            when: "03/03 10:00".to_owned(),
            text: text.to_owned(),
        };
        Body {
            lang: "fr".to_owned(),
            above: Some(text.to_owned()),
            intro: vec![text.to_owned()],
            button: Some((text.to_owned(), text.to_owned())),
            after: vec![text.to_owned()],
            transcript: Some(Transcript {
                title: text.to_owned(),
                note: Some(text.to_owned()),
                lines: vec![line],
            }),
            footer: vec![text.to_owned()],
        }
    }

    #[test]
    fn nobody_s_words_become_markup() {
        let page = html(&body("<img src=x onerror=alert(1)>\"'&"));
        assert!(!page.contains("<img") && !page.contains("\"'"), "{page}");
        assert_eq!(page.matches("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;").count(), 10);
    }

    #[test]
    fn both_forms_say_the_same() {
        let text = plain(&body("Bonjour\nà vous"));
        assert_eq!(text.matches("Bonjour\nà vous").count(), 10, "{text}");
        // Names, titles and addresses have one line.
        let page = html(&body("Bonjour\nà vous"));
        let of = |form| page.matches(form).count();
        assert_eq!((of("Bonjour<br>à vous"), of("Bonjour\nà vous")), (6, 4), "{page}");
    }
}
