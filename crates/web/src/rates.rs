//! How often one may ask: people and keys by who they are, everybody else by address.
//!
//! An address's allowance is spent by requests that name nobody, or somebody wrongly; whoever is
//! known behind the same address does not pay for them. Memory is bounded: what has not asked for a
//! while is forgotten, and beyond [`MOST_ADDRESSES`] strangers share allowances.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use limpide_store::Actor;

use crate::error::Error;
use crate::hosting::Limits;

/// Addresses that are counted one by one.
const MOST_ADDRESSES: usize = 50_000;

/// Allowances that addresses beyond share.
const SHARED: u64 = 1024;

/// Who may ask how often.
pub(crate) struct Rates {
    addresses: Option<DefaultKeyedRateLimiter<IpAddr>>,
    sign_ins: Option<DefaultKeyedRateLimiter<IpAddr>>,
    people: Option<DefaultKeyedRateLimiter<i64>>,
    /// Keys by their numbers; `None`: the key that the server was started with.
    keys: Option<DefaultKeyedRateLimiter<Option<i64>>>,
    sharing: RandomState,
}

impl Rates {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            addresses: limiter(limits.address_per_minute),
            sign_ins: limiter(limits.sign_in_per_minute),
            people: limiter(limits.person_per_minute),
            keys: limiter(limits.key_per_minute),
            sharing: RandomState::new(),
        }
    }

    /// Spends one of what a person or a program may ask.
    pub(crate) fn spend(&self, actor: Actor) -> Result<(), Error> {
        match actor {
            Actor::Person(id) => check(self.people.as_ref(), &id),
            Actor::Key(id) => check(self.keys.as_ref(), &Some(id)),
            _ => check(self.keys.as_ref(), &None),
        }
    }

    /// Spends one of what an address may ask without being known.
    pub(crate) fn spend_unknown(&self, address: IpAddr) -> Result<(), Error> {
        self.spend_address(self.addresses.as_ref(), address)
    }

    /// Spends one of an address's attempts to sign in.
    pub(crate) fn spend_sign_in(&self, address: IpAddr) -> Result<(), Error> {
        self.spend_address(self.sign_ins.as_ref(), address)
    }

    fn spend_address(
        &self,
        limiter: Option<&DefaultKeyedRateLimiter<IpAddr>>,
        address: IpAddr,
    ) -> Result<(), Error> {
        let Some(limiter) = limiter else {
            return Ok(());
        };
        if limiter.len() < MOST_ADDRESSES {
            return check(Some(limiter), &address);
        }
        // Unspecified addresses ask nothing, so these stand for strangers.
        let place = self.sharing.hash_one(address) % SHARED;
        let shared = IpAddr::V6(Ipv6Addr::from(u128::from(place)));
        check(Some(limiter), &shared)
    }

    /// Forgets who has not asked for so long that it has its whole allowance again.
    pub(crate) fn forget(&self) {
        for limiter in [&self.addresses, &self.sign_ins].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        if let Some(people) = &self.people {
            people.retain_recent();
        }
        if let Some(keys) = &self.keys {
            keys.retain_recent();
        }
    }
}

fn limiter<K: Hash + Eq + Clone>(per_minute: u32) -> Option<DefaultKeyedRateLimiter<K>> {
    NonZeroU32::new(per_minute).map(|most| RateLimiter::keyed(Quota::per_minute(most)))
}

fn check<K: Hash + Eq + Clone>(
    limiter: Option<&DefaultKeyedRateLimiter<K>>,
    key: &K,
) -> Result<(), Error> {
    let Some(limiter) = limiter else {
        return Ok(());
    };
    limiter.check_key(key).map_err(|later| {
        let wait = later.wait_time_from(DefaultClock::default().now());
        Error::TooMany {
            seconds: wait.as_secs() + 1,
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rates(address_per_minute: u32, person_per_minute: u32) -> Rates {
        Rates::new(&Limits {
            address_per_minute,
            person_per_minute,
            ..Limits::default()
        })
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_and_one_does_not_pay_for_another() {
        let rates = rates(2, 3);
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        for _ in 0..2 {
            rates.spend_unknown(here).unwrap();
        }
        let refused = rates.spend_unknown(here).unwrap_err();
        assert!(
            matches!(refused, Error::TooMany { seconds: 1..=31 }),
            "{refused}"
        );
        rates.spend_unknown(there).unwrap();
        for _ in 0..3 {
            rates.spend(Actor::Person(1)).unwrap();
        }
        assert!(rates.spend(Actor::Person(1)).is_err());
        rates.spend(Actor::Person(2)).unwrap();
        // Keys have no limit unless one is set.
        for _ in 0..10_000 {
            rates.spend(Actor::Key(1)).unwrap();
        }
    }

    #[test]
    fn strangers_fill_no_more_memory_than_is_set_aside() {
        let rates = rates(100, 0);
        for number in 0..80_000_u32 {
            let address = IpAddr::V4((0x0a00_0000 + number).into());
            // Some of those who share have spent what they share.
            let _ = rates.spend_unknown(address);
        }
        let counted = rates.addresses.as_ref().unwrap().len();
        assert!(counted <= MOST_ADDRESSES + 1024, "{counted}");
        rates.forget();
        assert!(rates.addresses.as_ref().unwrap().len() <= counted);
    }
}
