package upkeep

import "github.com/ziplaw/ziplaw/internal/store"

// Amount is how much there is of something.
type Amount struct {
	Bytes   int64 `json:"bytes"`
	Objects int   `json:"objects"`
}

func (a *Amount) add(size int64) {
	a.Bytes += size
	a.Objects++
}

// Usage is what a store holds, by who needs it.
type Usage struct {
	Amount
	Studies []StudyUsage `json:"studies"`
	// Shared is what several studies need, counted once.
	Shared Amount `json:"shared"`
	// Unneeded is what no study needs: ziplaw gc removes what is old of it.
	Unneeded      Amount            `json:"unneeded"`
	UnneededKinds map[string]Amount `json:"unneeded_kinds"`
}

// StudyUsage is what a study takes.
type StudyUsage struct {
	Study    string `json:"study"`
	State    string `json:"state"` // finished, running or unfinished
	Versions int    `json:"versions"`
	Amount
	// Own is what no other study needs, and so what goes with this one.
	Own   Amount            `json:"own"`
	Kinds map[string]Amount `json:"kinds"`
}

// States of studies in a usage.
const (
	Finished = "finished"
	Running  = "running"
	Resting  = "unfinished"
)

func (one *study) state() string {
	switch {
	case one.running:
		return Running
	case one.rests:
		return Resting
	}
	return Finished
}

// Usage sums up a survey.
func (s *Survey) Usage() Usage {
	u := Usage{Studies: make([]StudyUsage, len(s.studies)), UnneededKinds: map[string]Amount{}}
	for i, one := range s.studies {
		u.Studies[i] = StudyUsage{Study: one.name, State: one.state(), Versions: len(one.versions), Kinds: map[string]Amount{}}
	}
	for _, o := range s.objects {
		u.count(s.owners(o.Name), s.kind(o.Name), o.Size)
	}
	for _, up := range s.uploads {
		u.count(s.owners(up.Name), KindUploads, up.Size)
	}
	return u
}

func (u *Usage) count(owners []int, kind string, size int64) {
	u.add(size)
	for _, i := range owners {
		one := &u.Studies[i]
		one.add(size)
		addTo(one.Kinds, kind, size)
		if len(owners) == 1 {
			one.Own.add(size)
		}
	}
	switch {
	case len(owners) > 1:
		u.Shared.add(size)
	case len(owners) == 0:
		u.Unneeded.add(size)
		addTo(u.UnneededKinds, kind, size)
	}
}

func addTo(kinds map[string]Amount, kind string, size int64) {
	a := kinds[kind]
	a.add(size)
	kinds[kind] = a
}

// known says whether an object is one of ziplaw's; nothing else is touched.
func known(name string) bool {
	_, artifact := store.ArtifactOf(name)
	_, entry := store.EntryOf(name)
	_, checkpoint := store.CheckpointOf(name)
	claim, isClaim := store.ClaimOf(name)
	return artifact || entry || checkpoint || isClaim && !store.IsSweep(claim)
}
