package mgmt

import (
	"fmt"
	"testing"

	"ringfence/phone"
)

func TestStreamsAreBoundedInAllAndForEach(t *testing.T) {
	s := streams{open: map[phone.ID]int{}}
	for i := range maxStreams {
		if !s.enter(phone.ID(fmt.Sprint(i/maxStreamsOne)), "") {
			t.Fatal("no room for stream", i)
		}
	}
	if s.enter("new", "") {
		t.Error("one more than there is room for was let in")
	}
	s.leave("0", "")
	if s.enter("1", "") {
		t.Error("one more than an employee may have was let in")
	}
	if !s.enter("0", "") {
		t.Error("the place of one that left was not given again")
	}
	for i := range maxStreams {
		s.leave(phone.ID(fmt.Sprint(i/maxStreamsOne)), "")
	}
	if s.all != 0 || len(s.open) != 0 || s.refused != 2 {
		t.Errorf("when all have left, %d are counted, of %d employees; %d were refused", s.all, len(s.open), s.refused)
	}
}

func TestTheEmployeesOfACustomerDoNotTakeEveryStream(t *testing.T) {
	s := streams{open: map[phone.ID]int{}}
	for i := range maxStreamsCustomer {
		if !s.enter(phone.ID(fmt.Sprint(i)), "acme") {
			t.Fatal("no room for stream", i)
		}
	}
	if s.enter("new", "acme") {
		t.Error("one more than a customer may have was let in")
	}
	if !s.enter("new", "birch") {
		t.Error("another customer's was not let in")
	}
	s.leave("0", "acme")
	if !s.enter("new", "acme") {
		t.Error("the place of one that left was not given again")
	}
}
