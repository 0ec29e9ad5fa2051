package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// apiClient speaks to the management API as a script would.
type apiClient struct{ base, token string }

// object is a JSON object.
type object map[string]any

func (o object) text(name string) string {
	if o[name] == nil {
		return ""
	}
	return fmt.Sprint(o[name])
}

func (o object) object(name string) object {
	inner, _ := o[name].(map[string]any)
	return inner
}

// first is the first object of an array, nil when there is none.
func (o object) first(name string) object {
	list, _ := o[name].([]any)
	if len(list) == 0 {
		return nil
	}
	inner, _ := list[0].(map[string]any)
	return inner
}

func (c apiClient) get(ctx context.Context, path string) (object, error) {
	return c.do(ctx, http.MethodGet, path, nil)
}

func (c apiClient) create(ctx context.Context, path string, body object) (object, error) {
	return c.do(ctx, http.MethodPost, path, body)
}

func (c apiClient) do(ctx context.Context, method, path string, body object) (object, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer res.Body.Close()
	var out object
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		return nil, fmt.Errorf("%s %s: %s: %w", method, path, res.Status, err)
	}
	if res.StatusCode != http.StatusOK {
		return out, fmt.Errorf("%s %s: %s: %v", method, path, res.Status, out)
	}
	return out, nil
}
