package main

import (
	"context"
	"errors"
	"fmt"

	domain "ringfence/phone"
	"ringfence/store"
)

// fill makes phones with an extension each in a data folder, which is much
// quicker than the API. No server may run on it. Each is locked to its address
// already, so that its first registration is like those that follow. dress
// changes a phone before it is made; nil leaves it the softphone that it is.
func fill(ctx context.Context, dir string, n int, dress func(p *domain.Phone, i int)) (all []account, err error) {
	s, err := store.Open(ctx, store.Config{Dir: dir, Book: domain.NewBook("", nil)})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	customer, err := s.Customers.Create(ctx, func(domain.References) (*domain.Customer, error) {
		return &domain.Customer{Name: "Load", State: domain.CustomerActive}, nil
	})
	if err != nil {
		return nil, err
	}
	all = make([]account, n)
	return all, each(n, func(i int) (err error) {
		all[i], err = fillOne(ctx, s, customer.ID, i, dress)
		return err
	})
}

func fillOne(ctx context.Context, s *store.Store, customer domain.ID, i int, dress func(*domain.Phone, int)) (account, error) {
	extension, err := s.Extensions.Create(ctx, func(domain.References) (*domain.Extension, error) {
		e := domain.NewExtension(customer)
		e.Number, e.Name = fmt.Sprint(100_000+i), fmt.Sprint("Load ", i)
		return e, nil
	})
	if err != nil {
		return account{}, err
	}
	p, err := s.Phones.Create(ctx, func(domain.References) (*domain.Phone, error) {
		p := domain.New(customer)
		p.Model, p.Extension = softphone, extension.ID
		p.IP = domain.Fence{Mode: domain.Locked, Address: address(ofPhones, i).String()}
		if dress != nil {
			dress(p, i)
		}
		return p, nil
	})
	if err != nil {
		return account{}, err
	}
	return account{p.Username, p.Password, extension.Number}, nil
}
