package cli

import (
	"time"

	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/workflows"
)

// estimator tells how long a study still takes: the plan's cost of the cells that are left, at the speed of those that
// were trained while it watched, or at the plan's speed before.
type estimator struct {
	sets    map[string][]float64 // cost of a data set's cells, in the order in which they start
	cells   map[string]float64   // cost by the cell's name
	threads int

	since  time.Time // from when the speed is measured
	first  float64   // cost that was left then
	reused int       // cells until then that took no time
}

func newEstimator(p *plan.Plan, threads int) *estimator {
	e := &estimator{sets: map[string][]float64{}, cells: map[string]float64{}, threads: threads}
	for _, d := range p.DataSets {
		for _, c := range p.Study.Cells(d.Name) {
			cost := plan.EngineOfCell + plan.Cost(p.Study, c, d.Vocabulary, throughput).Seconds
			e.sets[d.Name] = append(e.sets[d.Name], cost)
			e.cells[c.String()] = cost
		}
	}
	return e
}

// leastSeen is the time after which the speed seen counts, and not the plan's.
const leastSeen = 10 * time.Second

// left is the time until the last cell ends; 0 where none is left, or where nobody knows: while cells are found that were
// trained before, more of them may be.
func (e *estimator) left(p workflows.Progress, running []activities.Progress, now time.Time) time.Duration {
	cost := e.remaining(p, running)
	found := p.Cells.Reused - e.reused
	if e.since.IsZero() || found != 0 {
		e.since, e.first, e.reused = now, cost, p.Cells.Reused
	}
	if found > 0 {
		return 0
	}
	speed := float64(e.threads) // cost per second
	if seen := now.Sub(e.since); seen > leastSeen && cost < e.first {
		speed = (e.first - cost) / seen.Seconds()
	}
	return time.Duration(cost / speed * float64(time.Second))
}

// remaining is the cost of what isn't trained. Cells start in order, so those that have finished are about the first.
func (e *estimator) remaining(p workflows.Progress, running []activities.Progress) (cost float64) {
	for _, d := range p.DataSets {
		cells := e.sets[d.DataSet]
		for _, c := range cells[min(d.Cells.Finished(), len(cells)):] {
			cost += c
		}
	}
	for _, r := range running {
		if r.Steps > 0 {
			cost -= e.cells[r.Cell] * float64(r.Step) / float64(r.Steps)
		}
	}
	return max(0, cost)
}
