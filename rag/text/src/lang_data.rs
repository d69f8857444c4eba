//! Evidence for [`crate::guess`], as data, one row per language in the order
//! French, English, Spanish, German, other. Folded, of our own choosing.

/// Words that a short message of the language is likely to hold and that the
/// other rows do not share. The last row speaks for Italian, Portuguese and
/// Dutch, so that they are not taken for one of the others.
pub(crate) const FUNCTION_WORDS: [&str; 5] = [
    "le les une des du au aux et est sont vous je nous ils elle elles mon ma mes votre vos notre \
     nos ce cette ces que qui quoi quel quelle quels quelles pour avec dans sur chez pas ne plus \
     combien quand comment pourquoi ou ai avez peut peux pouvez voudrais veux faut fait faire \
     bonjour bonsoir merci salut svp oui il l d j qu c rdv bcp stp jsp demain matin soir",
    "the an of to is are was were do does did you your i my we our they their it its this that \
     these those what when where who why how which can could would should will have has had with \
     for from on at and or not please thanks thank hello hi someone need want much many i'm i'd \
     don't it's what's there any speak talk",
    "el los las un unos unas del al con por para y pero que como cual cuanto cuantos cuando donde \
     quien es son esta estan hay he ha tengo tiene quiero puedo puede usted ustedes mi su sus \
     hola gracias favor buenos dias una hablar cuesta",
    "der die das den dem ein eine einen einem einer und oder aber ich sie wir ihr mein meine ist \
     sind war hat haben habe kann konnen mochte mit von bei fur auf zu im wie was wann wo wer \
     warum nicht kein keine bitte danke hallo viel guten jemand jemandem kostet",
    "il lo gli della delle dello di che per sono con quanto quando dove come perche grazie buongiorno \
     ciao non una vorrei posso costa o os uma nao voce obrigado ola quero com sao \
     het een van niet wat hoe ik jij wij zijn hebben dank goedendag graag kunt kan",
];

/// Letters with marks that one language uses and the others hardly do.
pub(crate) const LETTERS: [&str; 5] = ["èêàçœùûîôë", "", "ñ¿¡óáí", "ßäö", "ãõřşğłěčšž"];

/// Trigrams (`$` marks the end of a word) typical of one row only.
pub(crate) const TRIGRAMS: [&str; 5] = [
    "eau aux oux eur ez$ ais ait ois oir ous $qu que ux$ eux ffe aud lle tte nne ier iez ien",
    "$th the ing ng$ $wh ght oul hou uld ck$ ly$ $wo wor ow$ ay$ sh$ ee$ eed kn ks$",
    "ion$ os$ as$ ado ida $es ar$ aci cio nto ien ere ue$ uie mos dad",
    "sch ich cht ein en$ $ge ung ng$ ier ost ver $zu tte er$ $st kei ach eit rei pre",
    "zio ion one ell gli $di cch azi are ere ho$ ao$ oes $ij aar een $va ij$ tto",
];
