package trust

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/state"
	"github.com/ziplaw/ziplaw/internal/store"
)

func (a *app) whyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "why CELL",
		Short: "Say why a cell was run, or reused",
		Long: `Say why a cell was run or reused, and how it differs from the most similar other cell in the store. CELL is a cell's id,
as in ziplaw list STUDY, or the beginning of its key.

A cell is reused where another study, or another spec of its study, has run a cell with the same key. The key holds
everything that determines the cell's result, and nothing else.`,
		Example: `  ziplaw why quick/g20-g11/h32-l1/D524288/s1
  ziplaw why 3f2a91c04d5e
  ziplaw why quick/g20-g11/h32-l1/D524288/s1 --output json | jq -r '.nearest.differences[].field'`,
		Args: console.Exactly(1),
		RunE: a.Looking(func(ctx context.Context, s *console.Session, args []string) error { return a.why(ctx, s, args[0]) }),
	}
}

// Decisions about cells beside the states of those that aren't finished.
const (
	decisionRun    = "run"
	decisionReused = "reused"
)

// whyJSON is why a cell was run or reused. The key is empty as long as the cell's data set isn't sampled.
type whyJSON struct {
	Cell     string             `json:"cell"`
	Key      ziplaw.Key         `json:"key"`
	Decision string             `json:"decision"` // reused, run, running, queued or failed
	Nearest  *lineage.Neighbour `json:"nearest"`  // null where the store has no other cell
	Record   ziplaw.ArtifactID  `json:"record,omitempty"`
	*madeJSON

	// Of a cell that workers have been asked for: the number of the attempt, how far it is, and what it waits for.
	AttemptNumber int         `json:"attempt_number,omitempty"`
	Step          int         `json:"step,omitempty"`
	Steps         int         `json:"steps,omitempty"`
	Waits         *state.Wait `json:"waits,omitempty"`

	preimage json.RawMessage
}

// madeJSON says who ran a finished cell.
type madeJSON struct {
	For      string    `json:"for"` // the cell that it was run for
	Attempt  string    `json:"attempt"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Device   string    `json:"device"`
	// Converted are the arithmetics that the run began in.
	Converted []ziplaw.Conversion `json:"converted,omitempty"`
}

func (a *app) why(ctx context.Context, s *console.Session, cell string) error {
	find := whyKey
	if strings.Contains(cell, "/") {
		find = whyCell
	}
	why, err := find(ctx, s, cell)
	if err != nil {
		return err
	}
	if why.preimage != nil {
		if why.Nearest, err = lineage.Nearest(ctx, s.Store, why.preimage, why.Cell); err != nil {
			return err
		}
	}
	return a.Value(why, why.text)
}

// whyCell finds out about a cell by its id.
func whyCell(ctx context.Context, s *console.Session, id string) (why whyJSON, err error) {
	study, _, _ := strings.Cut(id, "/")
	g, err := s.States().Grid(ctx, study)
	if err != nil {
		return why, err
	}
	c, found := g.Find(id)
	if !found {
		return why, noCell(id, "ziplaw list "+study+" shows the study's cells")
	}
	row, err := g.Cell(ctx, c)
	if err != nil {
		return why, err
	}
	why = whyJSON{Cell: row.Cell, Key: row.Key, Decision: row.State, AttemptNumber: row.Attempt, Step: row.Step, Steps: row.Steps, Waits: row.Waits}
	if act, sampled := g.Action(c); sampled {
		if why.preimage, err = act.Preimage(); err != nil {
			return why, err
		}
	}
	if row.Record == "" {
		return why, nil
	}
	var rec ziplaw.Record
	if err := s.Store.GetJSON(ctx, row.Record, &rec); err != nil {
		return why, err
	}
	why.made(row.Record, rec)
	why.Decision, err = decision(ctx, s, rec, g.Study)
	return why, err
}

// decision says whether a cell's record was made for a study's spec, or for another one before.
func decision(ctx context.Context, s *console.Session, rec ziplaw.Record, study ziplaw.Study) (string, error) {
	var theirs ziplaw.Study
	id, _ := rec.Input(actions.RoleSpec)
	if err := s.Store.GetJSON(ctx, id, &theirs); err != nil {
		return "", err
	}
	if reflect.DeepEqual(theirs, study) {
		return decisionRun, nil
	}
	return decisionReused, nil
}

// whyKey finds out about a cell by the beginning of its key. It was run for the study that names its record.
func whyKey(ctx context.Context, s *console.Session, prefix string) (why whyJSON, err error) {
	var found []store.Entry
	for e, err := range s.Store.Entries(ctx) {
		if err != nil {
			return why, err
		}
		if strings.HasPrefix(string(e.Key), prefix) && action.NameOf(e.Preimage) == actions.NameTrainCell {
			found = append(found, e)
		}
	}
	switch len(found) {
	case 0:
		return why, noCell(prefix, "CELL is STUDY/DATASET/MODEL/D.../s..., or the beginning of a finished cell's key")
	case 1:
	default:
		return why, console.Usage("CELL", "give more digits", "%s is the beginning of %d keys", prefix, len(found))
	}
	var rec ziplaw.Record
	if err := s.Store.GetJSON(ctx, found[0].Record, &rec); err != nil {
		return why, err
	}
	why = whyJSON{Cell: rec.Label, Key: rec.Key, Decision: decisionRun, preimage: rec.Preimage}
	why.made(found[0].Record, rec)
	return why, nil
}

func noCell(cell, hint string) error {
	return &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "there is no cell " + cell, Hint: hint}
}

func (why *whyJSON) made(id ziplaw.ArtifactID, rec ziplaw.Record) {
	why.Record = id
	why.madeJSON = &madeJSON{For: rec.Label, Attempt: rec.Attempt, Started: rec.Started, Finished: rec.Finished, Device: rec.Device()}
	if r, err := actions.Values[ziplaw.CellResult](rec); err == nil {
		why.Converted = r.Converted
	}
}
