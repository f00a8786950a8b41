package format_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/format"
)

// A browser is a Chromium without a window that is told what to do through a pipe, in the DevTools protocol.
type browser struct {
	t       *testing.T
	to      *os.File
	from    *bufio.Reader
	session string
	last    int
	// console and requests are what the page logged and fetched.
	console, requests []string
	loaded            bool
}

// openBrowser starts a Chromium, if there is one.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("skipped: no Chromium on the PATH, so reports are not opened")
	}
	theirs, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, also, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--user-data-dir="+t.TempDir(),
		"--remote-debugging-pipe")
	c.ExtraFiles = []*os.File{theirs, also} // the descriptors 3 and 4
	if err := c.Start(); err != nil {
		t.Skip("skipped: ", err)
	}
	theirs.Close()
	also.Close()
	b := &browser{t: t, to: to, from: bufio.NewReader(from)}
	dead := time.AfterFunc(5*time.Minute, func() { _ = c.Process.Kill() })
	t.Cleanup(func() {
		b.t, b.session = t, ""
		b.call("Browser.close", nil)
		_ = c.Wait()
		dead.Stop()
		to.Close()
		from.Close()
	})
	target := b.call("Target.createTarget", object{"url": "about:blank"})["targetId"]
	attached := b.call("Target.attachToTarget", object{"targetId": target, "flatten": true})
	b.session, _ = attached["sessionId"].(string)
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil)
	}
	return b
}

// An object is one of JSON.
type object = map[string]any

// call sends a command and returns its result.
func (b *browser) call(method string, params object) object {
	b.t.Helper()
	b.last++
	message := object{"id": b.last, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		b.t.Fatal(method, err)
	}
	for {
		answer := b.receive(method)
		if id, _ := answer["id"].(float64); int(id) == b.last {
			if answer["error"] != nil {
				b.t.Fatal(method, answer["error"])
			}
			result, _ := answer["result"].(object)
			return result
		}
	}
}

// receive reads a message, and notes what it says about the page.
func (b *browser) receive(while string) object {
	b.t.Helper()
	text, err := b.from.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("%s: the browser is gone: %v", while, err)
	}
	var message object
	if err := json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &message); err != nil {
		b.t.Fatal(err)
	}
	params, _ := message["params"].(object)
	switch message["method"] {
	case "Page.loadEventFired":
		b.loaded = true
	case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded":
		b.console = append(b.console, fmt.Sprint(params))
	case "Network.requestWillBeSent":
		request, _ := params["request"].(object)
		if url := fmt.Sprint(request["url"]); !strings.HasSuffix(url, "/favicon.ico") { // the browser's own wish
			b.requests = append(b.requests, url)
		}
	}
	return message
}

// open opens a page and waits until it is loaded.
func (b *browser) open(url string) {
	b.t.Helper()
	b.console, b.requests, b.loaded = nil, nil, false
	b.call("Page.navigate", object{"url": url})
	for !b.loaded {
		b.receive(url)
	}
	b.eval("new Promise(done => setTimeout(() => done(''), 50))") // what a page does a little later
}

// eval evaluates an expression in the page, which is a text or a promise of one.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	result := b.call("Runtime.evaluate", object{"expression": expression, "awaitPromise": true, "returnByValue": true})
	if result["exceptionDetails"] != nil {
		b.t.Fatal(result["exceptionDetails"])
	}
	value, _ := result["result"].(object)
	return fmt.Sprint(value["value"])
}

// picturesVariable names a folder for the pictures that the test takes, for people to look at.
const picturesVariable = "LAMBDACAP_PICTURES"

// keep stores a picture or a PDF, if there is a folder for it.
func (b *browser) keep(name string, result object) []byte {
	b.t.Helper()
	text, _ := result["data"].(string)
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		b.t.Fatal(err)
	}
	if folder := os.Getenv(picturesVariable); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o666); err != nil {
			b.t.Fatal(err)
		}
	}
	return data
}

// colours takes a picture of the whole page and returns how many colours it has.
func (b *browser) colours(name string) int {
	b.t.Helper()
	data := b.keep(name, b.call("Page.captureScreenshot", object{"format": "png", "captureBeyondViewport": true}))
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		b.t.Fatal(err)
	}
	seen := map[[3]uint32]bool{}
	for i := 0; i < picture.Bounds().Dx()*picture.Bounds().Dy(); i += 7 {
		red, green, blue, _ := picture.At(i%picture.Bounds().Dx(), i/picture.Bounds().Dx()).RGBA()
		seen[[3]uint32{red, green, blue}] = true
	}
	return len(seen)
}

// faulty lists what is wrong with the looks of a page: texts of a drawing that leave it or lie on each other, and
// anything that is wider than the window.
const faulty = `(() => {
	const faults = [];
	for (const svg of document.querySelectorAll('svg')) {
		const box = svg.getBoundingClientRect();
		if (box.width < 20 || box.height < 10) faults.push('a drawing is not seen: ' + svg.getAttribute('aria-label'));
		const texts = [...svg.querySelectorAll('text')].map(e => [e.textContent, e.getBoundingClientRect()]);
		for (const [i, [text, a]] of texts.entries()) {
			if (a.left < box.left - 1 || a.right > box.right + 1 || a.top < box.top - 1 || a.bottom > box.bottom + 1)
				faults.push('leaves its drawing: ' + text);
			for (const [other, b] of texts.slice(0, i))
				if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4)
					faults.push('lies on another: ' + text + ', ' + other);
		}
	}
	const root = document.documentElement;
	if (root.scrollWidth > root.clientWidth) faults.push('is ' + root.scrollWidth + ' wide, not ' + root.clientWidth);
	return faults.join('\n');
})()`

// standing lists what is missing where styles are dropped: numbers at the right, colours in drawings, tables as wide as
// them.
const standing = `(() => {
	const faults = [];
	for (const cell of document.querySelectorAll('td[align=right]'))
		if (!getComputedStyle(cell).textAlign.endsWith('right')) faults.push('not at the right: ' + cell.textContent);
	for (const path of document.querySelectorAll('svg path'))
		if (path.getAttribute('fill') != 'none' && getComputedStyle(path).fill == 'rgb(0, 0, 0)') faults.push('black');
	for (const table of document.querySelectorAll('table'))
		if (table.getBoundingClientRect().width < 719) faults.push('a table is narrow');
	if (getComputedStyle(document.body).maxWidth != 'none') faults.push('styles are not dropped');
	return faults.join('\n');
})()`

// TestBrowser is long because it does all that takes a browser, which takes a second to start. It opens reports in a
// Chromium, on a screen and on paper. Nothing is logged, nothing is fetched besides the report, and everything has its
// place. With a policy that drops styles, as that of Jenkins, drawings and tables still stand.
func TestBrowser(t *testing.T) {
	if testing.Short() { // the race detector has nothing to find in it
		t.Skip("a browser takes long")
	}
	answers := map[string]string{"hostile": hostile(t)}
	for name, formats := range saved(t) {
		if formats["html"] != "" {
			answers[name] = formats["json"]
		}
	}
	reports := map[string]string{}
	for name, answer := range answers {
		for _, form := range []string{"html", "svg"} {
			reports[name+"."+form] = draw(t, name, answer, format.Options{Format: form})
		}
	}
	b := openBrowser(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := filepath.Base(r.URL.Path)
		w.Header().Set("Content-Type", map[string]string{".svg": "image/svg+xml", ".html": "text/html"}[filepath.Ext(name)])
		if strings.HasPrefix(r.URL.Path, "/strict/") {
			w.Header().Set("Content-Security-Policy", "default-src 'none'")
		}
		fmt.Fprint(w, reports[name])
	}))
	defer server.Close()
	window := func(width int, media string) {
		b.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": 1000, "deviceScaleFactor": 1,
			"mobile": false})
		b.call("Emulation.setEmulatedMedia", object{"media": media})
	}
	for name := range reports {
		t.Run(name, func(t *testing.T) {
			b.t = t
			fault := func(where, what string) {
				if what != "" {
					t.Errorf("%s: %s", where, what)
				}
			}
			for _, folder := range []string{"/", "/strict/"} {
				window(1000, "screen")
				url := server.URL + folder + name
				b.open(url)
				if !slices.Equal(b.requests, []string{url}) {
					t.Errorf("fetches %q", b.requests)
				}
				if folder == "/" {
					fault("logs", strings.Join(b.console, "\n"))
				}
				if n := b.colours(strings.TrimPrefix(strings.ReplaceAll(folder, "/", "-")+name+".png", "-")); n < 5 {
					t.Errorf("has %d colours", n)
				}
				looks := b.eval(faulty)
				if folder == "/strict/" && strings.HasPrefix(name, "hostile") { // nothing can break a name of 1,000 letters
					looks = regexp.MustCompile(`is \d+ wide, not \d+`).ReplaceAllString(looks, "")
				}
				fault("on a screen", looks)
				if filepath.Ext(name) == ".html" && folder == "/strict/" {
					fault("without styles", b.eval(standing))
				}
			}
			if filepath.Ext(name) != ".html" {
				return
			}
			b.open(server.URL + "/" + name)
			if os.Getenv(picturesVariable) != "" {
				b.call("Emulation.setEmulatedVisionDeficiency", object{"type": "achromatopsia"})
				b.colours("grey-" + name + ".png")
				b.call("Emulation.setEmulatedVisionDeficiency", object{"type": "none"})
			}
			window(688, "print") // A4 without its margins
			fault("on paper", b.eval(faulty))
			data := b.keep(name+".pdf", b.call("Page.printToPDF", object{"preferCSSPageSize": true}))
			if !regexp.MustCompile(`/MediaBox \[0 0 59[45][.0-9]* 84[12][.0-9]*\]`).Match(data) {
				t.Error("is not printed on A4")
			}
			if pages := len(regexp.MustCompile(`/Type /Page\b[^s]`).FindAll(data, -1)); pages < 1 || pages > 20 {
				t.Errorf("has %d pages", pages)
			}
		})
	}
}
