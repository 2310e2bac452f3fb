package dataset

import (
	"github.com/ziplaw/ziplaw"
)

// Vocabulary maps a source's ids to the ids of the models.
type Vocabulary struct {
	Size int   // ids of the models, the pad id included where there is one
	Pad  int32 // the id that fills short documents up; a valid id of the models
	// IDs are the source's ids in the order of the models' ids; nil where both are the same.
	IDs   []int32
	index map[int32]int32
}

// NewVocabulary gives the models' ids for a study and a source's ids.
//
// A compact vocabulary numbers the ids that occur. A pad id of its own is needed only where pads are targets: a
// masked pad follows every real token of its document, which can't see it. A vocabulary of a stated size keeps the
// ids, and its last id pads (the reference code: 32001 ids, 32000 pads).
func NewVocabulary(s ziplaw.Study, ids []int32) Vocabulary {
	if s.Vocabulary != ziplaw.CompactVocabulary {
		return Vocabulary{Size: int(s.Vocabulary), Pad: int32(s.Vocabulary) - 1}
	}
	v := Vocabulary{Size: len(ids), IDs: ids, index: make(map[int32]int32, len(ids))}
	for i, id := range ids {
		v.index[id] = int32(i)
	}
	if s.Recipe.PadTargets == "counted" {
		v.Pad = int32(v.Size)
		v.Size++
	}
	return v
}

// Compact replaces the source's ids in doc by the models' and returns doc.
func (v Vocabulary) Compact(doc []int32) []int32 {
	if v.IDs == nil {
		return doc
	}
	for i, id := range doc {
		doc[i] = v.index[id]
	}
	return doc
}

// Expand replaces the models' ids in doc by the source's and returns doc.
func (v Vocabulary) Expand(doc []int32) []int32 {
	if v.IDs == nil {
		return doc
	}
	for i, id := range doc {
		doc[i] = v.IDs[id]
	}
	return doc
}
