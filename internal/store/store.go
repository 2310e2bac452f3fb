package store

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Store is a bucket on an S3 server.
type Store struct {
	client    *minio.Client
	core      minio.Core
	bucket    string
	versioned bool
	transport http.RoundTripper
	clock     *clock
	renewAge  time.Duration
	gone      func(owner string) bool
	seen      sightings
}

// retries is how often the client sends a request before it gives up: waits of at most 0.2, 0.4, 0.8 and 1 second.
const retries = 5

// Open connects to the bucket and makes it where it is missing.
func Open(ctx context.Context, c Config) (*Store, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := findKeys(c.Endpoint, c.provider(os.Getenv)); err != nil {
		return nil, err
	}
	s, err := connect(c)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", c.Endpoint, err)
	}
	if err := s.makeBucket(ctx, c.Region); err != nil {
		return nil, fmt.Errorf("open store %s: %w", c.Endpoint, fail("look for", "bucket "+c.Bucket, err))
	}
	// No answer counts as no versions: at worst deletions then leave delete markers behind.
	if v, err := s.client.GetBucketVersioning(ctx, c.Bucket); err == nil {
		s.versioned = v.Enabled() || v.Suspended()
	}
	return s, nil
}

func connect(c Config) (*Store, error) {
	transport := c.Transport
	if transport == nil {
		var err error
		if transport, err = minio.DefaultTransport(c.Secure); err != nil {
			return nil, err
		}
	}
	told := &clock{next: transport}
	client, err := minio.New(c.Endpoint, &minio.Options{
		Creds:  credentials.New(c.provider(os.Getenv)),
		Secure: c.Secure, Region: c.Region, Transport: told, MaxRetries: retries, TrailingHeaders: true,
	})
	return &Store{
		client: client, core: minio.Core{Client: client}, bucket: c.Bucket, transport: transport, gone: c.Gone,
		clock: told, renewAge: cmp.Or(c.RenewAge, DefaultRenewAge),
	}, err
}

// Close closes idle connections, for which some servers wait when they stop. The store can still be used.
func (s *Store) Close() {
	if t, ok := s.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

func (s *Store) makeBucket(ctx context.Context, region string) error {
	found, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil || found {
		return err
	}
	err = s.client.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: region})
	switch minio.ToErrorResponse(err).Code {
	case minio.BucketAlreadyOwnedByYou, minio.BucketAlreadyExists: // somebody was faster
		return nil
	}
	return err
}

// Bucket is the bucket's name.
func (s *Store) Bucket() string { return s.bucket }
