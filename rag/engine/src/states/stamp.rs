//! What a state belongs to: the model file, the build of llama.cpp, the settings of the context.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Places of the model file that are looked at; reading all of it would take seconds.
const SAMPLES: u64 = 256;
const SAMPLE_BYTES: usize = 4096;

/// A number that differs between models, builds and settings. States of one stamp fit together.
///
/// # Errors
/// The operating system's, when the model file cannot be read.
pub(crate) fn stamp(model: &Path, build: &str, settings: &str) -> std::io::Result<u64> {
    let mut file = File::open(model)?;
    let length = file.metadata()?.len();
    let mut hasher = DefaultHasher::new();
    (build, settings, length).hash(&mut hasher);
    let mut sample = Vec::with_capacity(SAMPLE_BYTES);
    for place in 0..SAMPLES {
        let last = length.saturating_sub(SAMPLE_BYTES as u64);
        file.seek(SeekFrom::Start(last / (SAMPLES - 1) * place))?;
        sample.clear();
        file.by_ref().take(SAMPLE_BYTES as u64).read_to_end(&mut sample)?;
        hasher.write(&sample);
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::stamp;

    #[test]
    fn anything_that_matters_changes_the_stamp() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let model = folder.path().join("m.gguf");
        let mut weights = vec![1u8; 3 << 20];
        std::fs::write(&model, &weights).expect("written");
        let first = stamp(&model, "build 1", "f16").expect("readable");
        assert_eq!(stamp(&model, "build 1", "f16").expect("readable"), first);
        assert_ne!(stamp(&model, "build 2", "f16").expect("readable"), first);
        assert_ne!(stamp(&model, "build 1", "q8").expect("readable"), first);
        weights[0] = 2;
        std::fs::write(&model, &weights).expect("written");
        assert_ne!(stamp(&model, "build 1", "f16").expect("readable"), first);
        weights[0] = 1;
        weights.push(1);
        std::fs::write(&model, &weights).expect("written");
        assert_ne!(stamp(&model, "build 1", "f16").expect("readable"), first);
        assert!(stamp(&folder.path().join("none"), "build 1", "f16").is_err());
    }
}
