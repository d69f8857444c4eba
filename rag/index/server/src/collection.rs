//! The collection: made when missing, checked when there.

use crate::convert::{DENSE, SPARSE};
use crate::error::{client, connecting};
use comptoir_index::IndexError;
use qdrant_client::Qdrant;
use qdrant_client::qdrant::payload_index_params::IndexParams;
use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{
    BoolIndexParams, CollectionParams, CreateCollectionBuilder, CreateFieldIndexCollectionBuilder,
    Distance, FieldType, IntegerIndexParams, KeywordIndexParamsBuilder, Modifier,
    SparseVectorParamsBuilder, SparseVectorsConfigBuilder, VectorParamsBuilder,
    VectorsConfigBuilder,
};
use std::time::Duration;

/// How often a collection that cannot be read yet is looked at again, and how
/// long after.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(250);

/// Makes the collection and its payload indexes, or checks that what is there
/// fits. Another node may be making it right now: it is there by name then, and
/// the server fails to read it until its parts are there too.
pub(crate) async fn ensure(
    server: &Qdrant,
    name: &str,
    dimensions: usize,
) -> Result<(), IndexError> {
    for _ in 0..TRIES {
        match made(server, name, dimensions).await {
            Err(IndexError::Engine(_)) => tokio::time::sleep(PAUSE).await,
            outcome => return outcome,
        }
    }
    made(server, name, dimensions).await
}

async fn made(server: &Qdrant, name: &str, dimensions: usize) -> Result<(), IndexError> {
    if !server.collection_exists(name).await.map_err(connecting)?
        && let Err(error) = create(server, name, dimensions).await
    {
        // Another node may have been faster; then its collection is checked.
        if !server.collection_exists(name).await.map_err(connecting)? {
            return Err(error);
        }
    }
    let info = server.collection_info(name).await.map_err(client)?;
    let info = info.result.unwrap_or_default();
    let params = info.config.and_then(|config| config.params);
    check(&params.unwrap_or_default(), dimensions)?;
    create_indexes(server, name, |field| info.payload_schema.contains_key(field)).await
}

async fn create(server: &Qdrant, name: &str, dimensions: usize) -> Result<(), IndexError> {
    let mut dense = VectorsConfigBuilder::default();
    dense.add_named_vector_params(
        DENSE,
        VectorParamsBuilder::new(dimensions as u64, Distance::Cosine),
    );
    let mut sparse = SparseVectorsConfigBuilder::default();
    sparse.add_named_vector_params(
        SPARSE,
        SparseVectorParamsBuilder::default().modifier(Modifier::Idf),
    );
    let request =
        CreateCollectionBuilder::new(name).vectors_config(dense).sparse_vectors_config(sparse);
    server.create_collection(request).await.map_err(connecting)?;
    Ok(())
}

fn check(params: &CollectionParams, dimensions: usize) -> Result<(), IndexError> {
    let config = params.vectors_config.as_ref().and_then(|config| config.config.as_ref());
    let dense = match config {
        Some(Config::ParamsMap(named)) => named.map.get(DENSE),
        Some(Config::Params(_)) | None => None,
    };
    let Some(dense) = dense else {
        return Err(IndexError::Corrupt("the collection is not ours".to_owned()));
    };
    let size = usize::try_from(dense.size).unwrap_or(usize::MAX);
    if size != dimensions {
        return Err(IndexError::Dimensions { expected: dimensions, got: size });
    }
    let weighted = params
        .sparse_vectors_config
        .as_ref()
        .and_then(|config| config.map.get(SPARSE))
        .is_some_and(|sparse| sparse.modifier == Some(Modifier::Idf.into()));
    if weighted {
        Ok(())
    } else {
        Err(IndexError::Corrupt("the collection weighs no terms".to_owned()))
    }
}

/// Makes the payload indexes that are not there yet.
async fn create_indexes(
    server: &Qdrant,
    name: &str,
    present: impl Fn(&str) -> bool,
) -> Result<(), IndexError> {
    let keyword = |tenant: bool| {
        let params = KeywordIndexParamsBuilder::default().is_tenant(tenant).build();
        (FieldType::Keyword, IndexParams::KeywordIndexParams(params))
    };
    let number = IntegerIndexParams { range: Some(true), ..IntegerIndexParams::default() };
    let fields = [
        ("site", keyword(true)),
        ("entry", keyword(false)),
        ("lang", keyword(false)),
        ("field", keyword(false)),
        ("published", (FieldType::Bool, IndexParams::BoolIndexParams(BoolIndexParams::default()))),
        ("version", (FieldType::Integer, IndexParams::IntegerIndexParams(number))),
    ];
    for (field, (kind, params)) in fields {
        if present(field) {
            continue;
        }
        let request = CreateFieldIndexCollectionBuilder::new(name, field, kind)
            .field_index_params(params)
            .wait(true);
        server.create_field_index(request).await.map_err(client)?;
    }
    Ok(())
}
