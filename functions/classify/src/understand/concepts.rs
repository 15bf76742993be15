//! What a word is about, for the classifier: "debited", "deducted" and "comot" are one idea.
//!
//! A sentence's ideas are features of the model, beside its words, so that what is learned of one
//! word holds for its likes; and the rules are written in them. The table is a hash table made
//! when the crate is compiled.

/// A set of ideas, one a bit.
pub(super) type Ideas = u64;

macro_rules! ideas {
    ($($(#[$doc:meta])* $name:ident = $words:literal;)*) => {
        ideas!(@count 0; $($(#[$doc])* $name;)*);
        /// The words of each idea; two words joined by `_` stand one after the other.
        const WORDS: &[(Ideas, &str)] = &[$(($name, $words)),*];
    };
    (@count $bit:expr; $(#[$doc:meta])* $name:ident; $($rest:tt)*) => {
        $(#[$doc])*
        pub(super) const $name: Ideas = 1 << ($bit);
        ideas!(@count $bit + 1; $($rest)*);
    };
    (@count $bit:expr;) => {
        const IDEAS: u32 = $bit;
    };
}

ideas! {
    /// Money taken for something.
    CHARGE = "charge charged charges charging debit debited debits debiting deduct deducted deducting deduction deductions overcharged overbilled billed";
    /// A bill, or what stands on it.
    BILL = "bill bills billing";
    /// A fee.
    FEE = "fee fees penalty penalties surcharge commission price prices pricing";
    /// More than once.
    TWICE = "twice double doubled duplicate duplicated duplicates thrice dup two_times second_time multiple_times than_once two_payments two_debits two_alerts two_transactions two_separate both_debited both_went both_charged again_for repeated times_in same_transaction several_times many_times multiple_charges multiple_transactions over_and_over again_and_again #_times two_charges #_charges #_debits #_payments #_alerts more_than_once both_have both_payments both_transactions charged_again debited_again billed_again twise mara_mbili do_baar deux_fois";
    /// Money back.
    REFUND = "refund refunds refunded refunding refundable reimburse reimbursed reimbursement reimbursements rebate money_back back_the_money give_back my_money_back back_my return_my_money moneyback restitution my_#_back #_back want_it_back of_it_back it_all_back return_the_extra return_extra extra_back balance_back difference_back nirudishie nirudishieni mnirudishie rembourser remboursement wapas";
    /// The bank takes it back.
    CHARGEBACK = "chargeback chargebacks charge_back clawback clawed clawing charge_it_back";
    /// Banks and card companies.
    BANK = "bank banks issuer visa mastercard gtbank zenith access_bank absa equity fnb card_company";
    /// Undo.
    REVERSE = "reverse reversed reversal reversing recall recalled took_back taken_back take_back pulled_back claw";
    /// Disputes.
    DISPUTE = "dispute disputes disputed disputing contest_the contest_this contest_that contest_my contest_a challenge challenging query contesting fraudulent_activity report_fraud fraud_report fraud_complaint fraud_case report_of_theft report_a_theft suspicious_activity unauthorized_activity fradulent fishy";
    /// Fraud and theft.
    FRAUD = "fraud fraudulent fraudster scam scammed scammer stole stolen steal stealing hacked hacker unauthorised unauthorized suspicious thief robbed cloned defrauded duped theft stealing strange_transactions identity_theft compromised someone_transferred someone_transfered somebody_transferred someone_has_transferred someone_took someone_withdrew somebody_took somebody_withdrew suspicious_money snatched";
    /// Not known to the caller.
    UNKNOWN = "recognise recognize recognised recognized authorise authorize authorised authorized unknown unrecognised unrecognized unfamiliar not_make never_made not_mine know_nothing no_know never_bought not_buy not_me isn't_mine isnt_mine consent not_approve didnt_make didn't_make dont_remember don't_remember wasnt_me not_remember did_not_do didn't_do aren't_mine not_belong not_familiar not_aware wasn't_aware not_sure_of not_responsible by_me_not not_by_me no_be_me";
    /// Money that left.
    WITHDRAW = "withdraw withdrew withdrawal withdrawals withdrawn witdrawal withdrawl took taken removed missing gone comot taking carry emptied short";
    /// Change.
    CHANGE = "change changed changing changes update updated updating correct correction corrected edit modify amend switch replace hange new_address different_address old_address wrong_address another_address input_a enter_my add_my report_a";
    /// Addresses.
    ADDRESS = "address addresses adress addres addresss residence postcode company_name business_name street zipcode zip_code";
    /// The caller moved.
    MOVED = "moved relocated relocate relocating move_house moving changed_house new_house just_moved new_home";
    /// Taxes.
    TAX = "tax taxes vat tin exempt withholding taxable";
    /// Invoices and bills as papers.
    DOCUMENT = "invoice invoices invoiced receipt receipts statement statements w2 w-2 1099 pdf certificate proof_of slip proof document documents resend bill_statement risiti stakabadhi facture";
    /// Links to pay by.
    LINK = "link links";
    /// Send.
    SEND = "send sends sent resend resent re-send forward email mail share issue whatsapp send_me give_me provide nitumie bhej tuma";
    /// See or find.
    SEE = "see view find download locate print obtain look show access retrieve copy where_is get_a";
    /// Accounts.
    ACCOUNT = "account accounts profile acc ac acct";
    /// Begin as a customer.
    CREATE = "create creating creation open opening register registering registration registered signup enrol enroll onboard onboarded onboarding join set_up setup sign_up signing_up setting_up new_account make_an make_a_new add_me become_a_customer open_up start_an new_customer new_client sign_me set_me brand_new_account make_an_account make_my_account get_an_account need_an_account want_an_account have_an_account be_a_customer online_account";
    /// Customers.
    CUSTOMER = "customer customers client clients user member";
    /// Renewals.
    RENEW = "renew renewal renewals renewed renewing renews autorenew auto-renew auto_renew recurring auto-renewal monthly_payment yearly_payment annual_payment";
    /// Subscriptions.
    SUBSCRIPTION = "subscription subscriptions plan membership package licence license sub hosting netflix spotify dstv gotv showmax";
    /// It did not work.
    FAIL = "fail failed fails failing failure declined decline declining unsuccessful bounced rejected expired lapsed refused timed_out no_work not_work not_renew did_not_renew won't_renew rejects declines refuses reject";
    /// Debt.
    OWE = "owe owes owed owing debt debts overdue arrears outstanding past_due collections collector collectors collection instalment instalments installment installments delinquent late_payment behind_on debtor late_fee final_notice demand_letter recovery repayment unpaid_bill unpaid_invoice unpaid_balance unpaid_invoices behind months_behind";
    /// Pay.
    PAY = "pay paying pays payment payments paid repay settle payed don_send don_pay nimelipa malipo lipa";
    /// Requests.
    REQUEST = "request requests requesting requested ask_for asking_for";
    /// Transfers and deposits.
    TRANSFER = "transfer transfers transferred transferring transfered transfering tranfer tranfers deposit deposited deposits cheque cheques transaction transactions topup top-up top_up topped top-ups wire topups topping top_ups pop_up alerts debit_alert credit_alert my_check a_check check_deposit cheques eft neft rtgs imps";
    /// Where a payment stands.
    STATUS = "status pending reflect reflected reflecting arrive arrived arrives arriving received receive clear cleared go_through gone_through went_through going_through come_in came_in processed processing show_up showing shown landed credited reflects come_through successful complete completed confirmed hit confirm reach shows show";
    /// Waiting.
    WAIT = "how_long when where still yet wait waiting delayed long takes take soon stuck";
    /// Important customers.
    VIP = "vip platinum enterprise priority biggest_client biggest_customers key_account account_manager relationship_manager chairman ceo cfo corporate largest_client top_tier executive headquarters gold_client premium_client premium_account private_banking your_biggest we_spend";
    /// Blocked.
    BLOCK = "blocked block blocks blocking locked frozen suspended locks stopped cannot_pay can't_pay cant_pay locked_out";
    /// Denial.
    NOT = "not no never don't dont didn't didnt doesn't doesnt can't cant cannot won't isn't isnt haven't havent hasn't hasnt wasn't wasnt couldn't without neither nothing";
    /// End something.
    CANCEL = "cancel canceled cancelled cancelling cancellation terminate terminating termination exit close end stop canceling retract";
    /// Give goods back.
    RETURN = "return returned returning returns exchange";
    /// Cards.
    CARD = "card cards atm pos amex american_express";
    /// Lost things.
    LOST = "lost misplaced lose";
    /// Money as such.
    MONEY = "money cash amount funds fund sum pesa paisa hela";
    /// A stranger.
    SOMEONE = "someone somebody stranger thieves crook person unknown_person someones somebodys some_one people_are";
    /// Ask to be billed.
    INVOICE_ME = "raise generate bill_me bill_us invoice_me invoice_us quote pro_forma pro-forma proforma";
    /// More time to pay.
    EXTEND = "extend extension postpone arrangement payment_plan more_time promise promised repayment_plan due_date";
    /// Things bought.
    ORDER = "order orders ordered booking booked ticket delivery reservation shipment parcel";
    /// Goods paid for.
    PURCHASE = "item items goods purchase purchased purchases bought buy shoes laptop product merchant seller retailer buying";
    /// Something is amiss.
    WRONG = "wrong incorrect mistake error erorr errors issue problem higher extra overcharge discrepancy unwanted dispute weird odd complaint too_high shouldnt shouldn't faulty damaged defective";
    /// Balances.
    BALANCE = "balance balances";
    /// Take away.
    REMOVE = "remove waive remove_the take_off eremoved rmoved reversed";
    /// E-mail and telephone as the thing to change.
    CONTACT = "phone username password pin email_address mail_address email_id email_addresses ip_address web_address mobile name nickname number limit language login userid user_id";
    /// What other trades are about.
    ELSEWHERE = "claim insurance policy flight hotel weather alarm reminder vacation pto timer oil tire tires restaurant recipe music uber calendar holiday paycheck payday schedule software skype outlook windows server internet exchange_rate bonus contest match playlist stock stocks shares trade irs salary wages payroll points rewards library autopay auto_pay paperless newsletter loan mortgage";
    /// Money on its way in or out in the future.
    FUTURE = "will shall tomorrow next later friday monday month_end going_to i'll";
    /// A card, not money taken: what "debit" means before these.
    PLASTIC = "debit_card debit_cards debit_one debit_account debit_visa debit_mastercard";
    /// Asks what holds in general, not what happened.
    ASKING = "is_there are_there do_you does_it will_i would_i will_it how_much what_is what_are do_i can_i_pay am_i_going what_if allowed accept";
    /// Where money is to come from.
    COLLECT = "from ask";
    /// Due.
    DUE = "due deadline late reminder notice";
}

const _: () = assert!(IDEAS <= 64, "an idea is one bit of 64");

const SLOTS: usize = 2048;
const MOST: usize = 1000;

/// A word's hash and its ideas; a pair of words has the mixed hash of both.
static TABLE: [(u32, Ideas); SLOTS] = build();

/// The hash of a word in lower case.
pub(super) const fn hash(word: &[u8]) -> u32 {
    let mut state: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < word.len() {
        #[expect(
            clippy::indexing_slicing,
            reason = "below the length; iterators are not const"
        )]
        let byte = word[at];
        // "don't" and "dont" are one word.
        if byte != b'\'' {
            state = (state ^ byte as u32).wrapping_mul(0x0100_0193);
        }
        at += 1;
    }
    state
}

/// The hash of two words, one after the other.
pub(super) const fn pair(first: u32, second: u32) -> u32 {
    (first.rotate_left(9) ^ second).wrapping_mul(0x9e37_79b1)
}

const fn slot(hash: u32) -> usize {
    ((hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d) >> 21) as usize & (SLOTS - 1)
}

#[expect(
    clippy::indexing_slicing,
    clippy::large_stack_arrays,
    reason = "evaluated by the compiler alone, which refuses to build on a bad index"
)]
const fn build() -> [(u32, Ideas); SLOTS] {
    let mut table = [(0, 0); SLOTS];
    let mut row = 0;
    let mut count = 0;
    while row < WORDS.len() {
        let (idea, words) = WORDS[row];
        let bytes = words.as_bytes();
        let mut at = 0;
        let mut state: u32 = 0x811c_9dc5;
        let mut before: Option<u32> = None;
        while at <= bytes.len() {
            let byte = if at == bytes.len() { b' ' } else { bytes[at] };
            if byte == b' ' {
                let key = match before {
                    Some(first) => pair(first, state),
                    None => state,
                };
                let mut place = slot(key);
                while table[place].1 != 0 && table[place].0 != key {
                    place = (place + 1) & (SLOTS - 1);
                }
                table[place] = (key, table[place].1 | idea);
                count += 1;
                before = None;
                state = 0x811c_9dc5;
            } else if byte == b'_' {
                before = Some(match before {
                    Some(first) => pair(first, state),
                    None => state,
                });
                state = 0x811c_9dc5;
            } else if byte != b'\'' {
                state = (state ^ byte as u32).wrapping_mul(0x0100_0193);
            }
            at += 1;
        }
        row += 1;
    }
    assert!(count < MOST, "the table would be too full");
    table
}

/// The ideas of a word, or of a pair of words, by its hash.
pub(super) fn ideas_of(hash: u32) -> Ideas {
    let mut place = slot(hash);
    while let Some((key, ideas)) = TABLE.get(place) {
        if *ideas == 0 {
            return 0;
        }
        if *key == hash {
            return *ideas;
        }
        place = (place + 1) & (SLOTS - 1);
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_idea_are_one() {
        for word in ["debited", "deducted", "charged"] {
            assert_eq!(ideas_of(hash(word.as_bytes())) & CHARGE, CHARGE, "{word}");
        }
        assert_eq!(ideas_of(pair(hash(b"money"), hash(b"back"))), REFUND);
        assert_eq!(ideas_of(hash(b"didn't")), NOT);
        assert_eq!(ideas_of(hash(b"chair")), 0);
    }
}
