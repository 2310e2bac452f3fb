package dataset

import (
	"fmt"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// Vocabulary maps a source's ids to the ids of the models.
type Vocabulary struct {
	Size int   // ids of the models, the pad id included where there is one
	Pad  int32 // the id that fills short documents up; a valid id of the models
	// IDs are the source's ids in the order of the models' ids; nil where both are the same.
	IDs   []int32
	index []int32 // by the source's id: the models' id and one, or 0; nil where ids lie far apart
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
	v := Vocabulary{Size: len(ids), IDs: ids}
	v.build()
	if s.Recipe.PadTargets == "counted" {
		v.Pad = int32(v.Size)
		v.Size++
	}
	return v
}

// StoredVocabulary is the vocabulary of a stored data set.
func StoredVocabulary(m Manifest) (Vocabulary, error) {
	for i, id := range m.IDs {
		if id < 0 || i > 0 && id <= m.IDs[i-1] {
			return Vocabulary{}, fmt.Errorf("manifest: ids aren't in ascending order: %d", id)
		}
	}
	v := Vocabulary{Size: m.Vocabulary, Pad: m.Pad, IDs: m.IDs}
	v.build()
	return v, nil
}

// mostIndexed bounds the index.
const mostIndexed = 1 << 24

// build makes the index.
func (v *Vocabulary) build() {
	if len(v.IDs) == 0 || v.Largest() >= mostIndexed {
		return
	}
	v.index = make([]int32, int(v.Largest())+1)
	for i, id := range v.IDs {
		v.index[id] = int32(i) + 1
	}
}

// Largest is the largest of the source's ids.
func (v Vocabulary) Largest() int32 {
	if len(v.IDs) == 0 {
		return int32(v.Size) - 1
	}
	return v.IDs[len(v.IDs)-1]
}

// Compact replaces the source's ids in doc by the models'. It fails on an id that the vocabulary doesn't have.
func (v Vocabulary) Compact(doc []int32) error {
	for i, id := range doc {
		if v.IDs == nil && uint32(id) < uint32(v.Size) {
			continue
		}
		number, found := v.number(id)
		if !found {
			return fmt.Errorf("id %d isn't in the vocabulary of %d", id, v.Size)
		}
		doc[i] = number
	}
	return nil
}

// number is the models' id of a source's.
func (v Vocabulary) number(id int32) (number int32, found bool) {
	if v.index == nil {
		i, found := slices.BinarySearch(v.IDs, id)
		return int32(i), found
	}
	if uint32(id) >= uint32(len(v.index)) || v.index[id] == 0 {
		return 0, false
	}
	return v.index[id] - 1, true
}
