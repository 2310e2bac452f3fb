package study

import (
	"errors"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// keysFlag says whether ziplaw plan computes keys.
type keysFlag string

const (
	keysAuto   keysFlag = "auto"
	keysAlways keysFlag = "always"
	keysNever  keysFlag = "never"
)

func (k *keysFlag) String() string { return string(*k) }

func (k *keysFlag) Set(s string) error {
	if !slices.Contains([]keysFlag{keysAuto, keysAlways, keysNever}, keysFlag(s)) {
		return errors.New("neither auto, always nor never")
	}
	*k = keysFlag(s)
	return nil
}

func (k *keysFlag) Type() string { return "auto|always|never" }

// autoTokens is the number of tokens of the largest budget, over all data sets, that are made in seconds.
const autoTokens = 20_000_000

func (k keysFlag) wanted(s ziplaw.Study) bool {
	if k == keysAuto {
		return s.MaxBudget()*int64(len(s.DataSets())) <= autoTokens
	}
	return k == keysAlways
}
