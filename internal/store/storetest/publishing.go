package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ziplaw/ziplaw"
)

var publishTests = []test{
	{"first, then late", firstThenLate},
	{"race", func(b *bucket) { race(b, 3, "x") }},
	{"race of large entries", func(b *bucket) { race(b, 1, strings.Repeat("x", 300_000)) }},
	{"refused", refusedRecords},
	{"entries", allEntries},
}

func firstThenLate(b *bucket) {
	first := b.record("first", 1)
	if _, found := b.lookup(first.Key); found {
		b.Fatal("an action is done before it is published")
	}
	id, won := b.publish(b.Context(), b.store, first)
	if !won {
		b.Error("the only attempt lost")
	}
	if e, found := b.lookup(first.Key); !found || e.Record != id || e.Attempt != "first" || string(e.Preimage) != string(first.Preimage) {
		b.Errorf("entry %+v, %v", e, found)
	}
	if again, won := b.publish(b.Context(), b.store, first); !won || again != id {
		b.Errorf("published again: %s, won %v, want %s, true", again, won, id)
	}
	winner, late, won, err := b.store.Publish(b.Context(), b.record("late", 1))
	if err != nil || won || late != id || winner.Attempt != "first" || winner.Label != first.Label {
		b.Errorf("late attempt: %+v, %s, won %v, %v", winner, late, won, err)
	}
	if e, _ := b.lookup(first.Key); e.Attempt != "first" {
		b.Errorf("the late attempt replaced the first: %+v", e)
	}
}

// race publishes one action from 16 attempts at once, again and again: exactly one wins, and all agree on it.
func race(b *bucket, rounds int, fill string) {
	for round := range rounds {
		params := map[string]any{"round": round, "fill": fill}
		records := make([]ziplaw.Record, 16)
		for i := range records {
			records[i] = b.record(fmt.Sprint("attempt ", i), params)
		}
		var (
			wins atomic.Int32
			ids  sync.Map
			all  sync.WaitGroup
		)
		for _, rec := range records {
			all.Go(func() {
				winner, id, won, err := b.store.Publish(b.Context(), rec)
				if err != nil {
					b.Error(err)
					return
				}
				if won {
					wins.Add(1)
				}
				if won != (winner.Attempt == rec.Attempt) {
					b.Errorf("%s won: %v, but the winner is %s", rec.Attempt, won, winner.Attempt)
				}
				ids.Store(id, true)
			})
		}
		all.Wait()
		agreed := 0
		ids.Range(func(_, _ any) bool { agreed++; return true })
		if wins.Load() != 1 || agreed != 1 {
			b.Errorf("round %d: %d winners, %d results", round, wins.Load(), agreed)
		}
		if _, found := b.lookup(records[0].Key); !found {
			b.Errorf("round %d: nothing is published", round)
		}
	}
}

// refusedRecords are records that would leave an entry that nobody can follow.
func refusedRecords(b *bucket) {
	change := func(f func(*ziplaw.Record)) ziplaw.Record {
		rec := b.record("a", "refused")
		f(&rec)
		return rec
	}
	missing := []ziplaw.Ref{{Role: "total", ID: ziplaw.IDOf([]byte("never put"))}}
	for name, rec := range map[string]ziplaw.Record{
		"no attempt":        change(func(r *ziplaw.Record) { r.Attempt = "" }),
		"another key":       change(func(r *ziplaw.Record) { r.Key = ziplaw.Key(strings.Repeat("0", 64)) }),
		"no preimage":       change(func(r *ziplaw.Record) { r.Preimage = nil }),
		"broken values":     change(func(r *ziplaw.Record) { r.Values = json.RawMessage("{") }),
		"an output missing": change(func(r *ziplaw.Record) { r.Outputs = missing }),
		"an input missing":  change(func(r *ziplaw.Record) { r.Inputs = missing }),
		"an output unnamed": change(func(r *ziplaw.Record) { r.Outputs = []ziplaw.Ref{{Role: "total"}} }),
	} {
		if _, id, won, err := b.store.Publish(b.Context(), rec); err == nil || won || id != "" {
			b.Errorf("%s: published as %s, won %v, %v", name, id, won, err)
		}
	}
	if names := b.names("actions/"); len(names) != 0 {
		b.Errorf("entries of refused records: %v", names)
	}
	for _, key := range []ziplaw.Key{"", "../x", ziplaw.Key(strings.Repeat("A", 64))} {
		if _, _, _, err := b.store.Lookup(b.Context(), key); err == nil {
			b.Errorf("key %q can be looked up", key)
		}
	}
}

func allEntries(b *bucket) {
	want := map[ziplaw.Key]bool{}
	for i := range 20 {
		rec := b.record("a", i)
		b.publish(b.Context(), b.store, rec)
		want[rec.Key] = true
	}
	b.write("actions/notes.txt", []byte("not an entry"))
	b.write("actions/"+strings.Repeat("0", 64)+".json", []byte("not JSON"))
	last := ziplaw.Key("")
	for e, err := range b.store.Entries(b.Context()) {
		b.check(err)
		if e.Key <= last || !want[e.Key] {
			b.Errorf("entry %s after %s", e.Key, last)
		}
		last = e.Key
		delete(want, e.Key)
	}
	if len(want) != 0 {
		b.Errorf("%d entries aren't listed", len(want))
	}
	for _, err := range b.store.Entries(b.Context()) { // a reader may stop early
		b.check(err)
		break
	}
}
