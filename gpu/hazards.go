package gpu

// lane is one of a backend's two streams. What a step's later operations wait for is on the main one; what only its end waits for, the
// gradients of weights, is on the side one, and fills the multiprocessors that the main one leaves idle.
type lane int

const (
	mainLane lane = iota
	sideLane
	lanes
)

func (l lane) other() lane { return 1 - l }

// region is memory of the device.
type region struct {
	at    uintptr
	bytes int64
}

func (r region) overlaps(o region) bool {
	return r.at < o.at+uintptr(o.bytes) && o.at < r.at+uintptr(r.bytes)
}

func anyOverlap(some, others []region) bool {
	for _, r := range some {
		for _, o := range others {
			if r.overlaps(o) {
				return true
			}
		}
	}
	return false
}

// use is the memory of an operation: its outputs, which it may also read, and its inputs.
type use struct{ outputs, inputs []region }

// conflicts tells whether two operations give other results at the same time, or in the other order.
func (u use) conflicts(o use) bool {
	return anyOverlap(u.outputs, o.outputs) || anyOverlap(u.outputs, o.inputs) || anyOverlap(u.inputs, o.outputs)
}

// hazards keeps the uses of each lane that the other one doesn't wait for yet, in their order.
type hazards struct{ open [lanes][]use }

// before gives how many of the other lane's uses an operation must wait for: the last one that it conflicts with, and all before.
func (h *hazards) before(l lane, u use) int {
	others := h.open[l.other()]
	for n := len(others); n > 0; n-- {
		if u.conflicts(others[n-1]) {
			return n
		}
	}
	return 0
}

// add notes an operation that is enqueued.
func (h *hazards) add(l lane, u use) { h.open[l] = append(h.open[l], u) }

// settle forgets the first n uses of a lane, which the other one waits for.
func (h *hazards) settle(l lane, n int) { h.open[l] = h.open[l][n:] }
