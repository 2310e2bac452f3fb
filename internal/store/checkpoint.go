package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/minio/minio-go/v7"

	"github.com/ziplaw/ziplaw"
)

// Checkpoint is the state of a run at a step, as an attempt left it.
type Checkpoint struct {
	Token int64
	Step  int
	Size  int64
	// Data gives Size bytes, and then an error instead of io.EOF where they aren't what was written: nobody may act on them
	// before.
	Data io.Reader
}

// checkpointName has numbers of fixed width, so that names sort as numbers do.
func checkpointName(key ziplaw.Key, token int64, step int) string {
	return fmt.Sprintf("%s%010d/%012d", checkpointPrefix(key), token, step)
}

const checkpointsPrefix = "checkpoints/"

func checkpointPrefix(key ziplaw.Key) string { return checkpointsPrefix + string(key) + "/" }

// PutCheckpoint stores a run's state, some bytes of a reader, under the attempt's own token. What is written holds a digest
// over the data and the name, so that neither other bytes nor another run's are ever resumed. The data is read once, and no
// more of it is held than a part of the upload.
func (s *Store) PutCheckpoint(ctx context.Context, key ziplaw.Key, token int64, step int, data io.Reader, size int64) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if token < 1 || step < 0 {
		return fmt.Errorf("store: checkpoint of %s: token %d, step %d", key.Short(), token, step)
	}
	name := checkpointName(key, token, step)
	return s.put(ctx, name, &sealing{data: io.LimitReader(data, size), sum: sumOf(name)}, size+sha256.Size)
}

// sumOf begins the digest that follows a checkpoint's data.
func sumOf(name string) hash.Hash {
	h := sha256.New()
	h.Write([]byte(name))
	h.Write([]byte{0})
	return h
}

// sealing reads data, and then the digest.
type sealing struct {
	data io.Reader
	sum  hash.Hash
	tail io.Reader // the digest, behind the data
}

func (s *sealing) Read(p []byte) (int, error) {
	if s.tail != nil {
		return s.tail.Read(p)
	}
	n, err := s.data.Read(p)
	s.sum.Write(p[:n])
	if errors.Is(err, io.EOF) {
		s.tail, err = bytes.NewReader(s.sum.Sum(nil)), nil
	}
	return n, err
}

// Resume offers a key's checkpoints of any token, the highest step first, until one is taken. One whose digest is wrong is
// offered, too, and its data ends with an error.
func (s *Store) Resume(ctx context.Context, key ziplaw.Key, take func(Checkpoint) bool) error {
	if err := checkKey(key); err != nil {
		return err
	}
	places, err := s.checkpoints(ctx, key)
	if err != nil {
		return err
	}
	for _, p := range places {
		if taken, err := s.offer(ctx, p, take); err != nil || taken {
			return err
		}
	}
	return nil
}

// offer offers one checkpoint, again where the connection breaks. One that its attempt has deleted isn't taken.
func (s *Store) offer(ctx context.Context, p place, take func(Checkpoint) bool) (taken bool, err error) {
	for range readTries {
		taken, err = s.offerOnce(ctx, p, take)
		if err == nil || errors.Is(err, errAbsent) || ctx.Err() != nil {
			break
		}
	}
	if errors.Is(err, errAbsent) {
		return false, nil
	}
	return taken, fail("read", p.name, err)
}

func (s *Store) offerOnce(ctx context.Context, p place, take func(Checkpoint) bool) (bool, error) {
	body, info, _, err := s.core.GetObject(ctx, s.bucket, p.name, minio.GetObjectOptions{})
	if err != nil {
		return false, absent(err)
	}
	defer body.Close()
	size := info.Size - sha256.Size
	if size < 0 {
		return false, nil
	}
	data := &opening{body: body, left: size, sum: sumOf(p.name)}
	if take(Checkpoint{Token: p.token, Step: p.step, Size: size, Data: data}) {
		return true, nil
	}
	return false, data.broken
}

// errUnsealed says that a checkpoint's digest isn't that of its data and its name.
var errUnsealed = errors.New("the checkpoint's digest is wrong")

// opening reads what sealing wrote.
type opening struct {
	body   io.Reader
	left   int64 // of the data
	sum    hash.Hash
	end    error // behind the data
	broken error // of the connection
}

func (o *opening) Read(p []byte) (int, error) {
	if o.end != nil {
		return 0, o.end
	}
	if o.left == 0 {
		o.end = o.verify()
		return 0, o.end
	}
	n, err := o.body.Read(p[:min(int64(len(p)), o.left)])
	o.sum.Write(p[:n])
	o.left -= int64(n)
	if err != nil && o.left > 0 {
		o.end = o.lost(err)
		return n, o.end
	}
	return n, nil
}

func (o *opening) verify() error {
	written := make([]byte, sha256.Size)
	if _, err := io.ReadFull(o.body, written); err != nil {
		return o.lost(err)
	}
	if !bytes.Equal(o.sum.Sum(nil), written) {
		return errUnsealed
	}
	return io.EOF
}

func (o *opening) lost(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	o.broken = err
	return err
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
