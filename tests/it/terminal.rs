//! Commands that somebody looks at: what they ask, what they say when a file
//! is damaged.

use comptoir_tests::{Process, Terminal, run};

const NEW: [&str; 10] = [
    "people",
    "add",
    "--site",
    "demo",
    "--role",
    "artisan",
    "--name",
    "Lea",
    "--email",
    "lea@trebuchet.example",
];

#[test]
fn a_password_is_asked_for_twice_and_never_shown() {
    let counter = Process::workshop("");
    let add = |first: &str, second: &str| {
        let mut terminal = Terminal::run(&counter.config(), &NEW);
        terminal.asks("Password: ");
        terminal.types(first);
        terminal.asks("The same again: ");
        terminal.types(second);
        let code = terminal.ended();
        (code, terminal.screen())
    };
    let (code, screen) = add("mot-de-passe-long", "mot-de-passe-lent");
    assert_eq!(code, Some(1), "{screen}");
    assert!(screen.contains("the two passwords are not the same: nobody was added"), "{screen}");
    assert!(!screen.contains("mot-de-passe"), "it was shown: {screen}");
    let (code, screen) = add("mot-de-passe-long", "mot-de-passe-long");
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("lea@trebuchet.example can sign in"), "{screen}");
    assert!(!screen.contains("mot-de-passe"), "it was shown: {screen}");
}

/// Every file is looked at, each damaged one named with what mends it.
#[test]
fn verifying_names_what_is_damaged_and_how_to_mend_it() {
    const CATALOGUED: &str = "smollm2-135m-instruct-q4_1";
    let counter = Process::workshop("");
    let models = counter.folder().join("models");
    std::fs::create_dir(&models).expect("a model folder");
    let text = std::fs::read_to_string(counter.config()).expect("the configuration");
    let shared = format!("dir = {:?}", comptoir_tests::models());
    assert!(text.contains(&shared), "{text}");
    let text = text.replace(&shared, &format!("dir = {models:?}"));
    std::fs::write(counter.config(), text).expect("the configuration");
    let config = counter.config().to_string_lossy().into_owned();
    let verify = |name: &[&str]| {
        let command = ["--config", &config, "model", "verify"];
        run(&command.into_iter().chain(name.iter().copied()).collect::<Vec<_>>(), "")
    };

    let nothing = verify(&[]);
    assert_eq!(nothing.code, Some(0), "{}", nothing.stderr);
    assert!(nothing.stdout.contains("`comptoir model pull`"), "{}", nothing.stdout);

    std::fs::write(models.join(format!("{CATALOGUED}.gguf")), b"GGUF and then nonsense")
        .expect("a damaged file");
    let damaged = verify(&[]);
    assert_eq!(damaged.code, Some(1), "{}", damaged.stdout);
    let line = format!("{CATALOGUED}: DAMAGED; fetch it with `comptoir model pull {CATALOGUED}`");
    assert!(damaged.stdout.contains(&line), "{}", damaged.stdout);
    let reason = format!("comptoir: {CATALOGUED} is damaged: the checksum of ");
    assert!(damaged.stderr.contains(&reason), "{}", damaged.stderr);
    assert!(damaged.stderr.contains(&format!("model pull {CATALOGUED}")), "{}", damaged.stderr);

    let unknown = verify(&["nobody"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stderr.contains("`comptoir model list`"), "{}", unknown.stderr);
}
