package bench

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// scripted is a side whose rounds take what is written.
type scripted struct {
	name   string
	took   []float64
	turns  *[]string
	closed int
	fails  error
}

func (s *scripted) Name() string { return s.name }
func (s *scripted) Close()       { s.closed++ }

func (s *scripted) Round(context.Context, time.Duration) (float64, error) {
	*s.turns = append(*s.turns, s.name)
	if s.fails != nil {
		return 0, s.fails
	}
	seconds := s.took[0]
	s.took = s.took[1:]
	return seconds, nil
}

func (s *scripted) open(context.Context) (Side, error) { return s, nil }

// TestTurns: sides take turns, the best round of each counts, and the fastest peer is the one to compare with.
func TestTurns(t *testing.T) {
	var turns []string
	ours := &scripted{name: "ours", took: []float64{9, 2, 1}, turns: &turns} // the first is a warm-up
	slow := &scripted{name: "slow", took: []float64{6, 5}, turns: &turns}
	fast := &scripted{name: "fast", took: []float64{3, 4}, turns: &turns}
	c := Case{
		Work: "w", Unit: "MB/s", Amount: 12, Ours: func() (Side, error) { return ours, nil },
		Peers: []func(context.Context) (Side, error){slow.open, fast.open},
	}
	row, err := Runner{Rounds: 2}.Run(t.Context(), c, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Fields("ours ours slow fast ours slow fast"); !slices.Equal(turns, want) {
		t.Errorf("turns %v, want %v", turns, want)
	}
	if row.Ours != 12 || row.Peer != "fast" || *row.PeerValue != 4 || *row.Ratio != 3 || *row.RatioRange != [2]float64{1.5, 4} {
		t.Errorf("%+v", row)
	}
	if !slices.Equal(row.Peers, []PeerValue{{"slow", 2.4}, {"fast", 4}}) {
		t.Errorf("peers %v", row.Peers)
	}
	if row.ShareOfPeak != nil || row.GFLOPs != 0 {
		t.Errorf("a share of the peak where there are no FLOPs: %+v", row)
	}
	if ours.closed != 1 || slow.closed != 1 || fast.closed != 1 {
		t.Errorf("closed %d, %d, %d times", ours.closed, slow.closed, fast.closed)
	}
}

// TestSeconds: where the unit is seconds less is better, and the ratio is still above 1 where ziplaw is faster.
func TestSeconds(t *testing.T) {
	var turns []string
	ours := &scripted{name: "ours", took: []float64{2, 2}, turns: &turns}
	peer := &scripted{name: "peer", took: []float64{6}, turns: &turns}
	c := Case{Work: "w", Unit: Seconds, Ours: func() (Side, error) { return ours, nil }, Peers: []func(context.Context) (Side, error){
		func(context.Context) (Side, error) { return scaled{peer, 10}, nil },
	}}
	row, err := Runner{Rounds: 1}.Run(t.Context(), c, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if row.Ours != 2 || *row.PeerValue != 60 || *row.Ratio != 30 || row.Peers != nil {
		t.Errorf("%+v", row)
	}
}

// TestOursFails ends the run; nothing is made up.
func TestOursFails(t *testing.T) {
	broken := errors.New("broken")
	var turns []string
	ours := &scripted{name: "ours", turns: &turns, fails: broken}
	for _, open := range []func() (Side, error){
		func() (Side, error) { return ours, nil },
		func() (Side, error) { return nil, broken },
	} {
		if _, err := (Runner{Rounds: 1}).Run(t.Context(), Case{Work: "w", Ours: open}, time.Second); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
	}
	if ours.closed != 1 {
		t.Errorf("closed %d times", ours.closed)
	}
}

// TestSideBySide: copies' speeds add up.
func TestSideBySide(t *testing.T) {
	seconds, err := together(2, func(i int) (float64, error) { return []float64{1, 3}[i], nil })
	if err != nil || seconds != 0.75 {
		t.Errorf("%v, %v", seconds, err)
	}
}
