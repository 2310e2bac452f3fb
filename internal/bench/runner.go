package bench

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"
)

// Runner measures cases.
type Runner struct {
	Rounds int // of each side
}

// rest lets a peer's threads fall asleep before ziplaw's turn: those of OpenBLAS wait for work on their cores for 2^26
// ticks of the processor's clock, about 30 ms.
const rest = 40 * time.Millisecond

// leastTurn is a side's shortest turn: in less, a turn is over before a processor's clock and caches have settled.
const leastTurn = 50 * time.Millisecond

// Run measures a case for about a time, or for longer where turns would be too short. It fails where ziplaw's own side does, or the context ends.
func (r Runner) Run(ctx context.Context, c Case, d time.Duration) (Row, error) {
	ours, err := c.Ours()
	if err != nil {
		return Row{}, err
	}
	defer ours.Close()
	m := &measurement{Case: c, rounds: r.Rounds, ours: entrant{Side: ours}}
	for _, open := range c.Peers {
		m.admit(ctx, open)
	}
	defer m.close()
	if err := ctx.Err(); err != nil {
		return Row{}, context.Cause(ctx)
	}
	if _, err := ours.Round(ctx, 0); err != nil { // a warm-up, as peers have had theirs
		return Row{}, err
	}
	if p, ok := ours.(profiled); ok {
		p.Restart()
	}
	each := max(leastTurn, d/time.Duration(r.Rounds*(1+len(m.peers))))
	for range r.Rounds {
		if err := m.round(ctx, each); err != nil {
			return Row{}, err
		}
	}
	return m.row(), nil
}

// measurement is a case under way.
type measurement struct {
	Case
	rounds int
	ours   entrant
	peers  []*entrant
	peak   float64
	failed []string
	advice string
}

// entrant is a side with what its rounds took.
type entrant struct {
	Side
	took []float64
	gone bool // it failed, and has no turn any more
}

// best is the shortest time.
func (e *entrant) best() float64 {
	best := math.Inf(1)
	for _, s := range e.took {
		best = min(best, s)
	}
	return best
}

// admit opens a peer, or notes why there is none.
func (m *measurement) admit(ctx context.Context, open func(context.Context) (Side, error)) {
	s, err := open(ctx)
	if err != nil {
		m.note(err)
		return
	}
	m.peers = append(m.peers, &entrant{Side: s})
}

func (m *measurement) note(err error) {
	if missing, ok := errors.AsType[*Missing](err); ok {
		m.advice = missing.Install
	}
	if !slices.Contains(m.failed, err.Error()) { // PyTorch's two forms lack the same module
		m.failed = append(m.failed, err.Error())
	}
}

// round gives every side a turn.
func (m *measurement) round(ctx context.Context, d time.Duration) error {
	if m.FLOPs > 0 {
		m.peak = max(m.peak, peak(m.Threads))
	}
	seconds, err := m.ours.Round(ctx, d)
	if err != nil {
		return err
	}
	m.ours.took = append(m.ours.took, seconds)
	for _, p := range m.peers {
		if p.gone {
			continue
		}
		seconds, err := p.Round(ctx, d)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			p.gone = true
			m.note(err)
			continue
		}
		p.took = append(p.took, seconds)
		time.Sleep(rest)
	}
	return nil
}

func (m *measurement) close() {
	for _, p := range m.peers {
		p.Close()
	}
}

// row sums the rounds up. A peer that failed on the way counts for nothing.
func (m *measurement) row() Row {
	ours := m.ours.best()
	row := Row{Work: m.Work, Unit: m.Unit, Ours: m.value(ours), Rounds: m.rounds, Threads: m.Threads, Unmeasured: m.failed, Installation: m.advice}
	if m.FLOPs > 0 {
		row.GFLOPs, row.PeakGFLOPs = m.FLOPs/ours/1e9, m.peak/1e9
		if m.peak > 0 {
			row.ShareOfPeak = new(m.FLOPs / ours / m.peak)
		}
	}
	var fastest *entrant
	for _, p := range m.peers {
		if p.gone {
			continue
		}
		row.Peers = append(row.Peers, PeerValue{p.Name(), m.value(p.best())})
		if fastest == nil || p.best() < fastest.best() {
			fastest = p
		}
	}
	if len(row.Peers) == 1 {
		row.Peers = nil
	}
	if fastest != nil {
		row.against(fastest, m)
	}
	if p, ok := m.ours.Side.(profiled); ok {
		row.Profile = p.Profile()
	}
	return row
}

// against fills in the comparison with a peer.
func (row *Row) against(p *entrant, m *measurement) {
	row.Peer, row.PeerValue, row.Ratio = p.Name(), new(m.value(p.best())), new(p.best()/m.ours.best())
	least, most := math.Inf(1), 0.0
	for i, seconds := range p.took {
		ratio := seconds / m.ours.took[i]
		least, most = min(least, ratio), max(most, ratio)
	}
	row.RatioRange = &[2]float64{least, most}
}
