package state

import (
	"math"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/workflows"
)

// Left is how long a study still trains: likely so long, and between low and high in nine of ten cases. All are 0 where nothing is left,
// or where nobody knows.
type Left struct {
	Low    time.Duration
	Likely time.Duration
	High   time.Duration
}

// Known says whether there is a time to tell.
func (l Left) Known() bool { return l.Likely >= time.Second }

// Estimator tells how long a study still takes: the plan's cost of the cells that are left, at the speed of those that were trained
// while it watched, or at the plan's speed before.
//
// The spread is that of a speed whose logarithm is normal. Before anything is seen its standard deviation is such that nine of ten
// machines lie within a factor of two of the plan's, which is what its speeds are good for. Then the speed is seen in intervals of
// 10 s or more: the deviation of one interval is that of those seen around their mean, in which the plan's counts as one more. Two
// things are uncertain: the mean itself, whose variance is an interval's over their number, and what is to come, whose variance is
// an interval's over the number of intervals that are left. So the spread shrinks as a study runs steadily and has long to run,
// stays wide where its cells go by fits and starts, and grows when the machine gets other work.
type Estimator struct {
	sets    map[string][]float64 // cost of a data set's cells, in the order in which they start
	cells   map[string]float64   // cost by the cell's id
	threads int

	since  time.Time // from when the speed is measured
	first  float64   // cost that was left then
	reused int       // cells until then that took no time
	speeds speeds
}

// NewEstimator watches a study of so many threads: vocabulary is the number of a data set's token ids, and speed the FLOP/s of a
// thread that trains a model of width h.
func NewEstimator(s ziplaw.Study, vocabulary func(set string) int, speed func(h int) float64, threads int) *Estimator {
	e := &Estimator{sets: map[string][]float64{}, cells: map[string]float64{}, threads: max(1, threads)}
	for _, d := range s.DataSets() {
		ids := vocabulary(d.Name)
		for _, c := range s.Cells(d.Name) {
			cost := plan.EngineOfCell + plan.Cost(s, c, ids, speed).Seconds
			e.sets[d.Name] = append(e.sets[d.Name], cost)
			e.cells[c.String()] = cost
		}
	}
	return e
}

// Join begins to watch a study that has run for a while: what it has reused until now says nothing about what is to come.
func (e *Estimator) Join(p workflows.Progress) { e.reused = p.Cells.Reused }

// leastSeen is the time after which the speed seen counts, and not the plan's.
const leastSeen = 10 * time.Second

// Left is the time until the last cell ends. It isn't known while cells are found that were trained before: more of them may be.
func (e *Estimator) Left(p workflows.Progress, running []activities.Progress, now time.Time) Left {
	cost := e.remaining(p, running)
	found := p.Cells.Reused - e.reused
	if e.since.IsZero() || found != 0 {
		e.since, e.first, e.reused = now, cost, p.Cells.Reused
		e.speeds = speeds{at: now, left: cost}
	}
	if found > 0 {
		return Left{}
	}
	e.speeds.see(cost, now)
	speed, seen := float64(e.threads), now.Sub(e.since) // cost per second
	if seen <= leastSeen || cost >= e.first {
		return around(cost/speed, planDeviation)
	}
	speed = (e.first - cost) / seen.Seconds()
	likely := cost / speed
	return around(likely, e.speeds.deviation(speed, likely))
}

// planDeviation is the standard deviation of the logarithm of a machine's speed over the plan's.
const planDeviation = math.Ln2 / ninety

// ninety is the normal quantile that leaves one in ten outside, on both sides together.
const ninety = 1.6449

// around is a time with its spread; the deviation is that of its logarithm.
func around(seconds, deviation float64) Left {
	factor := math.Exp(ninety * deviation)
	d := func(s float64) time.Duration { return time.Duration(min(s*float64(time.Second), math.MaxInt64/2)) }
	return Left{Low: d(seconds / factor), Likely: d(seconds), High: d(seconds * factor)}
}

// speeds are those of the intervals seen.
type speeds struct {
	at   time.Time // where the interval that is open begins, and what was left then
	left float64

	n            int
	sum, squares float64 // of speeds
	seconds      float64 // of all intervals
}

// see ends the interval that is open where it is long enough.
func (s *speeds) see(left float64, now time.Time) {
	took := now.Sub(s.at)
	if took < leastSeen {
		return
	}
	v := (s.left - left) / took.Seconds()
	s.n, s.sum, s.squares, s.seconds = s.n+1, s.sum+v, s.squares+v*v, s.seconds+took.Seconds()
	s.at, s.left = now, left
}

// deviation is the standard deviation of the logarithm of the time that is left, at a mean speed that leaves so many seconds.
func (s *speeds) deviation(mean, left float64) float64 {
	if s.n == 0 {
		return planDeviation
	}
	n := float64(s.n)
	around := max(0, s.squares/(mean*mean)-2*s.sum/mean+n) // squares of relative deviations
	one := (planDeviation*planDeviation + around) / (n + 1)
	toCome := max(1, left*n/s.seconds)
	return math.Sqrt(one/n + one/toCome)
}

// remaining is the cost of what isn't trained. Cells start in order, so those that have finished are about the first.
func (e *Estimator) remaining(p workflows.Progress, running []activities.Progress) (cost float64) {
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
