package infra

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// uiGuard lets browsers in that open a URL with a token. A token opens once and leaves a cookie, which lasts as long as the server.
type uiGuard struct {
	port int
	key  string // of this start of the server
	mu   sync.Mutex
	used map[string]bool // tokens
}

func newUIGuard(port int) *uiGuard {
	return &uiGuard{port: port, key: rand.Text(), used: map[string]bool{}}
}

// newToken is a token by the server's key, which whoever may read the data folder knows.
func newToken(key string) string {
	nonce := rand.Text()
	return nonce + "." + sign(key, "token "+nonce)
}

func sign(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(h, text)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// opens says whether a token opens, and spends it.
func (g *uiGuard) opens(token string) bool {
	nonce, signature, _ := strings.Cut(token, ".")
	if !hmac.Equal([]byte(signature), []byte(sign(g.key, "token "+nonce))) {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	again := g.used[nonce]
	g.used[nonce] = true
	return !again
}

// cookie is named by the port, since browsers keep one set of cookies for all ports of a host.
func (g *uiGuard) cookie() *http.Cookie {
	return &http.Cookie{
		Name: fmt.Sprintf("ziplaw-ui-%d", g.port), Value: sign(g.key, "session"), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// known says whether a request has the cookie.
func (g *uiGuard) known(r *http.Request) bool {
	want := g.cookie()
	c, err := r.Cookie(want.Name)
	return err == nil && hmac.Equal([]byte(c.Value), []byte(want.Value))
}

// local says whether a request means this machine: another name that leads here is one of a page that would read what it may not.
func (g *uiGuard) local(r *http.Request) bool {
	port := strconv.Itoa(g.port)
	return r.Host == net.JoinHostPort(loopback, port) || r.Host == net.JoinHostPort("localhost", port)
}

// guard lets requests through to the pages of the UI.
func (g *uiGuard) guard(pages http.Handler) http.Handler {
	pages = http.NewCrossOriginProtection().Handler(pages) // pages of other ports are of the same site
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{"X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
			w.Header().Set(name, value)
		}
		switch token := r.URL.Query().Get("token"); {
		case !g.local(r):
			refuse(w, http.StatusForbidden, fmt.Sprintf("Open http://%s.", address(g.port)))
		case r.Method == http.MethodGet && r.URL.Path == "/" && token != "" && (g.known(r) || g.opens(token)):
			g.welcome(w)
		case !g.known(r):
			refuse(w, http.StatusUnauthorized, "Open the URL that ziplaw up prints. It opens once: run ziplaw up again for another one.")
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

func refuse(w http.ResponseWriter, code int, text string) { http.Error(w, text, code) }

// welcome leaves the cookie and goes on without the token. A page does that, since a redirect that began on another site has no
// strict cookie.
func (g *uiGuard) welcome(w http.ResponseWriter) {
	http.SetCookie(w, g.cookie())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, `<!doctype html><meta http-equiv="refresh" content="0;url=/"><a href="/">Temporal's web UI</a>`)
}
