package ziplaw

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Vocabulary is the size of the models' vocabulary. Zero is compact: as many ids as the data set's tokens need, in
// the order of the original ids.
type Vocabulary int

// CompactVocabulary makes each data set's vocabulary the tokens that occur in it.
const CompactVocabulary Vocabulary = 0

// String is "compact" or the number of ids.
func (v Vocabulary) String() string {
	if v == CompactVocabulary {
		return "compact"
	}
	return strconv.Itoa(int(v))
}

// MarshalJSON writes "compact" or a number.
func (v Vocabulary) MarshalJSON() ([]byte, error) {
	if v == CompactVocabulary {
		return []byte(`"compact"`), nil
	}
	return []byte(strconv.Itoa(int(v))), nil
}

// UnmarshalJSON reads "compact" or a positive number.
func (v *Vocabulary) UnmarshalJSON(b []byte) error {
	if string(b) == `"compact"` {
		*v = CompactVocabulary
		return nil
	}
	var n int
	if err := json.Unmarshal(b, &n); err != nil || n < 1 {
		return fmt.Errorf("vocabulary %s: neither \"compact\" nor a number of ids", b)
	}
	*v = Vocabulary(n)
	return nil
}
