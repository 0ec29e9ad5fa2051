package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// softphone is the built-in model of a phone that is set up by hand.
const softphone = "000000000000000000070002"

// atOnce is how many phones are made at a time: the server commits together
// what waits together.
const atOnce = 64

// makePhones is the command phones.
func makePhones(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("phones", flag.ContinueOnError)
	n := f.Int("n", 1000, "how many")
	api := f.String("api", "", "URL of the API of a server, such as http://127.0.0.1:8080")
	token := f.String("token", "", "a token for it, with level ADMIN")
	data := f.String("data", "", "or the data folder of a server that does not run")
	if err := parse(f, args); err != nil {
		return err
	}
	var all []account
	var err error
	switch {
	case *data != "":
		all, err = fill(ctx, *data, *n, nil)
	case *api != "":
		all, err = (&client{*api, *token}).make(ctx, *n)
	default:
		err = errors.New("phones: -api or -data is missing")
	}
	if err != nil {
		return err
	}
	return writeAccounts(out, all)
}

// each calls do for 0 to n-1, some at a time, and returns the first error.
func each(n int, do func(i int) error) error {
	numbers := make(chan int)
	errs := make([]error, atOnce)
	var workers sync.WaitGroup
	for w := range atOnce {
		workers.Go(func() {
			for i := range numbers {
				errs[w] = firstOf(errs[w], do(i))
			}
		})
	}
	for i := range n {
		numbers <- i
	}
	close(numbers)
	workers.Wait()
	return firstOf(errs...)
}

// client speaks to the management API.
type client struct{ url, token string }

func (c *client) make(ctx context.Context, n int) ([]account, error) {
	customer, err := c.post(ctx, "/customer", map[string]any{"name": "Load"})
	if err != nil {
		return nil, err
	}
	all := make([]account, n)
	return all, each(n, func(i int) error {
		number := fmt.Sprint(100_000 + i)
		extension, err := c.post(ctx, "/pbx/extension", map[string]any{
			"customer": customer.ID, "number": number, "name": fmt.Sprint("Load ", i),
		})
		if err != nil {
			return err
		}
		phone, err := c.post(ctx, "/pbx/sipphone", map[string]any{
			"customer": customer.ID, "sipPhoneModel": softphone, "extension": extension.ID,
		})
		all[i] = account{phone.Username, phone.Password, number}
		return err
	})
}

// made is what we read of an object that the API has made.
type made struct {
	ID                 string `json:"_id"`
	Username, Password string
}

func (c *client) post(ctx context.Context, path string, body any) (m made, err error) {
	b, err := json.Marshal(body)
	if err != nil {
		return m, err
	}
	return m, c.do(ctx, http.MethodPost, path, b, &m)
}

// do sends a request and reads its answer into an object.
func (c *client) do(ctx context.Context, method, path string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, b)
	}
	return json.Unmarshal(b, into)
}
