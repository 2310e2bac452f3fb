package infra

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestUIGuard lets in who has a token once, and then the cookie, from this machine's own pages.
func TestUIGuard(t *testing.T) {
	g := newUIGuard(8233)
	guarded := g.guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	cookie, stale, other := g.cookie(), newUIGuard(8233).cookie(), newUIGuard(8234).cookie()
	spent := newToken(g.key)
	if !g.opens(spent) || g.opens(spent) {
		t.Error("a token opens not once")
	}
	const page, host = "/namespaces/default/workflows", "127.0.0.1:8233"
	for _, c := range []struct {
		name, method, host, path string
		cookie                   *http.Cookie
		headers                  map[string]string
		want                     int
	}{
		{"no cookie", "GET", host, page, nil, nil, 401},
		{"cookie", "GET", host, page, cookie, nil, 418},
		{"cookie, by name", "GET", "localhost:8233", page, cookie, nil, 418},
		{"cookie of an earlier start", "GET", host, page, stale, nil, 401},
		{"cookie of another port", "GET", host, page, other, nil, 401},
		{"the key's name alone", "GET", host, page, &http.Cookie{Name: cookie.Name}, nil, 401},
		{"token", "GET", host, "/?token=" + newToken(g.key), nil, nil, 200},
		{"token, by name", "GET", "localhost:8233", "/?token=" + newToken(g.key), nil, nil, 200},
		{"spent token", "GET", host, "/?token=" + spent, nil, nil, 401},
		{"spent token and cookie", "GET", host, "/?token=" + spent, cookie, nil, 200},
		{"token of an earlier start", "GET", host, "/?token=" + newToken("other"), nil, nil, 401},
		{"no token", "GET", host, "/?token=.", nil, nil, 401},
		{"token elsewhere", "GET", host, page + "?token=" + newToken(g.key), nil, nil, 401},
		{"token in a post", "POST", host, "/?token=" + newToken(g.key), nil, nil, 401},
		{"rebound name", "GET", "evil.example:8233", page, cookie, nil, 403},
		{"rebound name and token", "GET", "evil.example:8233", "/?token=" + newToken(g.key), nil, nil, 403},
		{"other port", "GET", "127.0.0.1:1", page, cookie, nil, 403},
		{"no port", "GET", "127.0.0.1", page, cookie, nil, 403},
		{"post", "POST", host, page, cookie, map[string]string{"Sec-Fetch-Site": "same-origin"}, 418},
		{"post of another port's page", "POST", host, page, cookie, map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"post of another port's page, old browser", "POST", host, page, cookie, map[string]string{"Origin": "http://127.0.0.1:9"}, 403},
		{"post of another site", "POST", host, page, cookie, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "http://"+c.host+c.path, nil)
			if c.cookie != nil {
				r.AddCookie(c.cookie)
			}
			for name, value := range c.headers {
				r.Header.Set(name, value)
			}
			w := httptest.NewRecorder()
			guarded.ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("%d %s, want %d", w.Code, w.Body, c.want)
			}
			left := w.Header().Get("Set-Cookie")
			if strict := strings.HasSuffix(left, "; Path=/; HttpOnly; SameSite=Strict"); strict != (c.want == 200) || !strict && left != "" {
				t.Errorf("cookie %q", left)
			}
		})
	}
}
