package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// Checkpoint is the state of a run at a step, as an attempt left it.
type Checkpoint struct {
	Token int64
	Step  int
	Data  []byte
}

// checkpointName has numbers of fixed width, so that names sort as numbers do.
func checkpointName(key ziplaw.Key, token int64, step int) string {
	return fmt.Sprintf("%s%010d/%012d", checkpointPrefix(key), token, step)
}

func checkpointPrefix(key ziplaw.Key) string { return "checkpoints/" + string(key) + "/" }

// PutCheckpoint stores a run's state under the attempt's own token. What is written holds a digest over the data and
// the name, so that neither other bytes nor another run's are ever resumed.
func (s *Store) PutCheckpoint(ctx context.Context, key ziplaw.Key, token int64, step int, data []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if token < 1 || step < 0 {
		return fmt.Errorf("store: checkpoint of %s: token %d, step %d", key.Short(), token, step)
	}
	name := checkpointName(key, token, step)
	sum := frame(name, data)
	body := joined{data, sum[:]}
	size := int64(len(data) + len(sum))
	return s.put(ctx, name, io.NewSectionReader(body, 0, size), size)
}

// frame is the digest that follows a checkpoint's data.
func frame(name string, data []byte) (sum [sha256.Size]byte) {
	h := sha256.New()
	h.Write([]byte(name))
	h.Write([]byte{0})
	h.Write(data)
	return [sha256.Size]byte(h.Sum(nil))
}

// joined reads the one slice behind the other without copying either.
type joined [2][]byte

func (j joined) ReadAt(p []byte, off int64) (n int, err error) {
	for _, part := range j {
		skipped := min(off, int64(len(part)))
		n += copy(p[n:], part[skipped:])
		off -= skipped
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Resume offers a key's checkpoints of any token, the highest step first, until one is taken. One that can't be read, or
// whose digest is wrong, is passed over.
func (s *Store) Resume(ctx context.Context, key ziplaw.Key, take func(Checkpoint) bool) error {
	if err := checkKey(key); err != nil {
		return err
	}
	places, err := s.checkpoints(ctx, key)
	if err != nil {
		return err
	}
	for _, p := range places {
		o, err := s.get(ctx, p.name)
		if errors.Is(err, errAbsent) { // its attempt has deleted it
			continue
		}
		if err != nil {
			return err
		}
		if data, ok := unframe(p.name, o.body); ok && take(Checkpoint{Token: p.token, Step: p.step, Data: data}) {
			return nil
		}
	}
	return nil
}

func unframe(name string, body []byte) ([]byte, bool) {
	cut := len(body) - sha256.Size
	if cut < 0 {
		return nil, false
	}
	sum := frame(name, body[:cut])
	return body[:cut:cut], bytes.Equal(sum[:], body[cut:])
}

// DeleteCheckpoints deletes an action's checkpoints up to a step, under the token and lower ones, but for those with the
// highest steps among them. Those of a later attempt stay, and so do those of higher steps: they are of a run that this one
// didn't go on from, and say nothing about which of its own to keep.
func (s *Store) DeleteCheckpoints(ctx context.Context, key ziplaw.Key, token int64, step, keep int) error {
	if err := checkKey(key); err != nil {
		return err
	}
	places, err := s.checkpoints(ctx, key)
	if err != nil {
		return err
	}
	places = slices.DeleteFunc(places, func(p place) bool { return p.token > token || p.step > step })
	for _, p := range places[min(max(0, keep), len(places)):] {
		if err := s.remove(ctx, p.name); err != nil {
			return err
		}
	}
	return nil
}

// place is where a checkpoint is.
type place struct {
	name  string
	token int64
	step  int
}

// checkpoints lists an action's checkpoints, the highest step first, and of one step the highest token.
func (s *Store) checkpoints(ctx context.Context, key ziplaw.Key) ([]place, error) {
	objects, err := s.list(ctx, checkpointPrefix(key))
	if err != nil {
		return nil, err
	}
	var places []place
	for _, o := range objects {
		if p, ok := parsePlace(key, o.name); ok {
			places = append(places, p)
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.step, a.step), cmp.Compare(b.token, a.token))
	})
	return places, nil
}

func parsePlace(key ziplaw.Key, name string) (p place, ok bool) {
	token, step, ok := strings.Cut(strings.TrimPrefix(name, checkpointPrefix(key)), "/")
	if !ok {
		return p, false
	}
	p.name = name
	var errToken, errStep error
	p.token, errToken = strconv.ParseInt(token, 10, 64)
	p.step, errStep = strconv.Atoi(step)
	return p, errToken == nil && errStep == nil && p.name == checkpointName(key, p.token, p.step)
}
