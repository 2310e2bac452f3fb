package bench

// Row is what a case comes to. Values are of the best rounds.
type Row struct {
	Work         string      `json:"work"`
	Unit         string      `json:"unit"` // of Ours and PeerValue: s, where less is better, or something a second
	Ours         float64     `json:"ours"`
	Peer         string      `json:"peer"`            // the fastest one with its version; empty where there is none
	PeerValue    *float64    `json:"peer_value"`      // null where there is no peer
	Ratio        *float64    `json:"ratio"`           // above 1 means that ziplaw is faster
	ShareOfPeak  *float64    `json:"share_of_peak"`   // of the processor's fused multiply-adds; null where that isn't asked or known
	Rounds       int         `json:"rounds"`          // of each side
	RatioRange   *[2]float64 `json:"ratio_range"`     // the least and the largest ratio to that peer within one round
	Peers        []PeerValue `json:"peers,omitempty"` // all of them, where there are several
	GFLOPs       float64     `json:"gflops,omitempty"`
	PeakGFLOPs   float64     `json:"peak_gflops,omitempty"` // a second, of the cores together, measured in the same rounds
	Threads      int         `json:"threads,omitempty"`
	Profile      []Operation `json:"profile,omitempty"` // where the time of one call goes
	Unmeasured   []string    `json:"unmeasured,omitempty"`
	Installation string      `json:"install,omitempty"` // how to get the peer that isn't there
}

// PeerValue is what one of several peers reached.
type PeerValue struct {
	Peer  string  `json:"peer"`
	Value float64 `json:"value"`
}

// Operation is a kind of operation of a training step.
type Operation struct {
	Operation string  `json:"operation"`
	Ms        float64 `json:"ms"` // of one step
	Share     float64 `json:"share"`
	Calls     float64 `json:"calls"` // in one step
}
