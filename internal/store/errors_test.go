package store

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
)

// TestFailuresHaveClasses asks a server that answers in a chosen way, as the client hears it.
func TestFailuresHaveClasses(t *testing.T) {
	code := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(status)
			fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>for the test</Message></Error>`, code)
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   Class
	}{
		"slow down":       {code(503, "SlowDown"), Outage},
		"internal":        {code(500, "InternalError"), Outage},
		"bad gateway":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, Outage},
		"no storage left": {code(507, "XMinioStorageFull"), Outage},
		"too many":        {code(429, "TooManyRequests"), Outage},
		"expired token":   {code(400, "ExpiredToken"), Outage},
		"another clock":   {code(403, "RequestTimeTooSkewed"), Outage},
		"written by many": {code(409, "OperationAborted"), Outage},
		"a folder":        {code(409, "ObjectParentIsFile"), Refused},
		"denied":          {code(403, "AccessDenied"), Outage},
		"unknown key":     {code(403, "InvalidAccessKeyId"), Outage},
		"no bucket":       {code(404, "NoSuchBucket"), Outage},
		"a bad request":   {code(400, "InvalidArgument"), Refused},
		"broken body": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
			if r.Method == http.MethodGet {
				fmt.Fprint(w, "the beginning")
			}
		}, Outage},
		"no answer": {func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_ = c.Close()
			}
		}, Outage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(c.answer)
			defer server.Close()
			s, err := connect(Config{Endpoint: strings.TrimPrefix(server.URL, "http://"), AccessKey: "a", SecretKey: "b", Bucket: "bucket", Region: "r"})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			id := ziplaw.IDOf([]byte("x"))
			_, err = s.Get(t.Context(), id)
			failed, ok := Failure(err)
			if !ok || failed.Class != c.want || failed.Name != artifactName(id) || !strings.HasPrefix(err.Error(), "store: read artifacts/") {
				t.Errorf("reading: %v, of class %+v, want %s", err, failed, c.want)
			}
			if name == "broken body" {
				return // a write has none
			}
			err = s.PutCheckpoint(t.Context(), ziplaw.Key(strings.Repeat("a", 64)), 1, 1, strings.NewReader("x"), 1)
			if failed, ok := Failure(err); !ok || failed.Class != c.want {
				t.Errorf("writing: %v, of class %+v, want %s", err, failed, c.want)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		_ = l.Close()
		s, err := connect(Config{Endpoint: address, AccessKey: "a", SecretKey: "b", Bucket: "bucket", Region: "r"})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Entry(t.Context(), ziplaw.Key(strings.Repeat("a", 64)))
		if failed, ok := Failure(err); !ok || failed.Class != Outage {
			t.Errorf("%v, of class %+v", err, failed)
		}
	})
}
