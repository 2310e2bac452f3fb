//go:build real

package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// faults stand between a worker and its servers.
type faults struct {
	t            *testing.T
	temporal, s3 *toxiproxy.Proxy
	store        *busyStore
}

func newFaults(t *testing.T, temporal, s3 string, r *rand.Rand) *faults {
	t.Helper()
	f := &faults{t: t, store: &busyStore{rand: rand.New(rand.NewPCG(r.Uint64(), 2))}}
	target := &url.URL{Scheme: "http", Host: s3}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	f.store.next = &httputil.ReverseProxy{Transport: transport, Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target)
		p.Out.Host = p.In.Host // which is signed
	}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }}
	front := httptest.NewServer(f.store)
	t.Cleanup(front.Close)
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	start := func(name, upstream string) *toxiproxy.Proxy {
		p := toxiproxy.NewProxy(server, name, "127.0.0.1:0", upstream)
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Stop)
		return p
	}
	f.temporal = start("temporal", temporal)
	f.s3 = start("s3", strings.TrimPrefix(front.URL, "http://"))
	return f
}

// busyStore answers most requests with 503 SlowDown while it is busy.
type busyStore struct {
	next http.Handler
	mu   sync.Mutex
	rand *rand.Rand
	busy bool
}

func (b *busyStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	refuse := b.busy && b.rand.IntN(4) > 0
	b.mu.Unlock()
	if !refuse {
		b.next.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`))
}

func (b *busyStore) set(busy bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy = busy
}

func (f *faults) busy(d time.Duration) {
	f.store.set(true)
	time.Sleep(d)
	f.store.set(false)
}

// reset lets connections end by a TCP reset.
func (f *faults) reset(d time.Duration) {
	f.toxic(d, `{"name": "reset", "type": "reset_peer", "attributes": {"timeout": 50}}`)
}

// cut ends connections within answers.
func (f *faults) cut(d time.Duration) {
	f.toxic(d, `{"name": "cut", "type": "limit_data", "attributes": {"bytes": 3000}}`)
}

func (f *faults) toxic(d time.Duration, toxic string) {
	for _, p := range []*toxiproxy.Proxy{f.temporal, f.s3} {
		if _, err := p.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			f.t.Fatal(err)
		}
	}
	time.Sleep(d)
	f.end()
}

// end ends all faults.
func (f *faults) end() {
	f.store.set(false)
	for _, p := range []*toxiproxy.Proxy{f.temporal, f.s3} {
		p.Toxics.ResetToxics(context.Background())
	}
}
