package lineage

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// Trained is a finished cell: its key and what its run gave.
type Trained struct {
	Key    ziplaw.Key
	Result ziplaw.CellResult
}

// DigestCells is the sha256 over the sorted lines "KEY LAST MEAN VALIDATION" of the cells, the losses as the bits of a
// float64 in big-endian hex, or "KEY diverged@STEP". It is the same on any CPU.
func DigestCells(cells []Trained) string {
	lines := make([]string, len(cells))
	for i, c := range cells {
		lines[i] = digestLine(c)
	}
	slices.Sort(lines)
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(strings.Join(lines, ""))))
}

func digestLine(c Trained) string {
	r := c.Result
	if r.State == ziplaw.StateDiverged {
		return fmt.Sprintf("%s diverged@%d\n", c.Key, r.DivergedAt)
	}
	return fmt.Sprintf("%s %016x %016x %016x\n", c.Key, math.Float64bits(r.Last), math.Float64bits(r.MeanLast), math.Float64bits(r.Validation))
}

// Digest adds the laws and the regressions to the digest of the cells. It is the same on one architecture.
func Digest(cells string, fits []ziplaw.Fit, regressions []ziplaw.Regression) (string, error) {
	b, err := json.Marshal(struct {
		Cells       string              `json:"cells"`
		Fits        []ziplaw.Fit        `json:"fits"`
		Regressions []ziplaw.Regression `json:"regressions"`
	}{cells, fits, regressions})
	return fmt.Sprintf("sha256:%x", sha256.Sum256(b)), err
}
