"""What Stripe's published API says must be in each answer, for the objects that we rely on.

Taken from the types that Stripe generates from its OpenAPI description, version v2596, API version
2026-10-28.endive: the properties that are never left out, though they may be null.
"""

API_VERSION = "2026-10-28.endive"
REQUIRED = {
    "checkout.session": (
        "adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types "
        "amount_subtotal amount_total automatic_tax billing_address_collection cancel_url "
        "client_reference_id client_secret collected_information consent consent_collection "
        "created currency currency_conversion custom_fields custom_text customer customer_account "
        "customer_creation customer_details customer_email discounts expires_at id "
        "integration_identifier invoice invoice_creation livemode locale managed_payments "
        "metadata mode object origin_context payment_intent payment_link "
        "payment_method_collection payment_method_configuration_details payment_method_options "
        "payment_method_types payment_status permissions recovered_from "
        "saved_payment_method_options setup_intent shipping_address_collection shipping_cost "
        "shipping_options status submit_type subscription success_url total_details ui_mode url "
        "wallet_options"
    ),
    "setup_intent": (
        "allowed_payment_method_types application automatic_payment_methods cancellation_reason "
        "client_secret created customer description excluded_payment_method_types id "
        "last_setup_error latest_attempt livemode mandate metadata next_action object "
        "on_behalf_of payment_method payment_method_configuration_details payment_method_options "
        "payment_method_types single_use_mandate status usage"
    ),
    "payment_method": (
        "billing_details created customer customer_account id livemode metadata object type"
    ),
    "payment_intent": (
        "allowed_payment_method_types amount amount_capturable amount_received application "
        "application_fee_amount automatic_payment_methods canceled_at cancellation_reason "
        "capture_method client_secret confirmation_method created currency customer "
        "customer_account description excluded_payment_method_types id last_payment_error "
        "latest_charge livemode managed_payments metadata next_action object on_behalf_of "
        "payment_method payment_method_configuration_details payment_method_options "
        "payment_method_types payment_record processing receipt_email review setup_future_usage "
        "shipping source statement_descriptor statement_descriptor_suffix status transfer_group"
    ),
    "customer": (
        "balance created default_source description email id invoice_settings livemode metadata "
        "object shipping"
    ),
    "refund": (
        "amount balance_transaction charge created currency customer customer_account id metadata "
        "object payment_intent payment_method reason receipt_number source_transfer_reversal "
        "status transfer_reversal"
    ),
    "charge": (
        "amount amount_captured amount_refunded application application_fee "
        "application_fee_amount balance_transaction billing_details "
        "calculated_statement_descriptor captured created currency customer description disputed "
        "failure_balance_transaction failure_code failure_message fraud_details id livemode "
        "metadata object on_behalf_of outcome paid payment_intent payment_method "
        "payment_method_details receipt_email receipt_number receipt_url refunded review shipping "
        "source source_transfer statement_descriptor statement_descriptor_suffix status "
        "transfer_data transfer_group"
    ),
    "event": ("api_version created data id livemode object pending_webhooks request type"),
}
#: The same for the objects inside them, by the path to them.
REQUIRED_WITHIN = {
    ("payment_method", "card"): (
        "brand checks country display_brand exp_month exp_year funding generated_from last4 "
        "networks regulated_status three_d_secure_usage wallet"
    ),
    ("payment_method", "card.checks"): ("address_line1_check address_postal_code_check cvc_check"),
    ("payment_method", "billing_details"): ("address email name phone tax_id"),
    ("charge", "billing_details"): ("address email name phone tax_id"),
    ("charge", "outcome"): (
        "advice_code network_advice_code network_decline_code network_status reason "
        "seller_message type"
    ),
    ("charge", "payment_method_details"): ("type"),
    ("charge", "payment_method_details.card"): (
        "amount_authorized authorization_code brand checks country "
        "electronic_commerce_indicator exp_month exp_year funding installments last4 mandate "
        "network network_transaction_id regulated_status three_d_secure transaction_link_id "
        "wallet"
    ),
    ("customer", "invoice_settings"): (
        "custom_fields default_payment_method footer rendering_options"
    ),
    ("checkout.session", "automatic_tax"): ("enabled liability provider status"),
    ("checkout.session", "custom_text"): (
        "after_submit shipping_address submit terms_of_service_acceptance"
    ),
    ("checkout.session", "customer_details"): (
        "address business_name email individual_name name phone tax_exempt tax_ids"
    ),
    ("payment_intent", "payment_method_options.card"): (
        "installments mandate_options network request_three_d_secure"
    ),
    ("setup_intent", "payment_method_options.card"): (
        "mandate_options network request_three_d_secure"
    ),
    ("event", "request"): ("id idempotency_key"),
}
