package bench

import "time"

// Options are what to measure, and how.
type Options struct {
	Threads int           // on as many cores
	Rounds  int           // of each side
	Time    time.Duration // of each work, divided among its cases; getting ready comes on top
	All     bool          // sizes that take minutes, too
	Only    string        // cases whose name has this in it
}
