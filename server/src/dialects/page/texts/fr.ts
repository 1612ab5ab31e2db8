import type { Texts } from './texts.ts'

export const fr: Texts = {
  language: 'Français',
  pay: 'Payer {amount}',
  pay_to: 'Payer à {merchant}',
  save_card: 'Enregistrer la carte',
  save_card_for: 'Enregistrer une carte pour {merchant}',
  order: 'Commande',
  test_mode: 'Mode test',
  test_mode_hint: 'aucune somme ne sera débitée',
  error_prefix: 'Erreur',

  method: 'Moyen de paiement',
  methods: { card: 'Carte', sepa: 'Prélèvement' },
  number: 'Numéro de carte',
  expiry: 'Expiration',
  expiry_form: 'MM / AA',
  expiry_hint: 'Mois et année',
  csc: 'Cryptogramme',
  csc_hint: 'Au dos de la carte',
  name: 'Nom sur la carte',
  holder: 'Titulaire du compte',
  iban: 'IBAN',
  iban_hint: 'Il figure sur votre relevé d’identité bancaire (RIB)',
  optional: 'facultatif',

  pay_with_saved: 'Vous payez avec',
  saved_card: '{brand} se terminant par {last4}',
  saved_account: 'Compte se terminant par {last4}',
  card_expires: 'Expire fin {expiry}',
  other_method: 'Utiliser un autre moyen de paiement',

  mandate_title: 'Mandat de prélèvement SEPA',
  mandate:
    'En validant ce paiement, vous autorisez (A) {creditor} à envoyer des instructions à votre banque pour débiter votre compte, et (B) votre banque à débiter votre compte conformément aux instructions de {creditor}.',
  mandate_rights:
    'Vous bénéficiez du droit d’être remboursé par votre banque selon les conditions décrites dans la convention que vous avez passée avec elle. Toute demande de remboursement doit être présentée dans les 8 semaines suivant la date de débit de votre compte.',
  mandate_creditor_id: 'Identifiant du créancier',
  mandate_reference: 'Référence du mandat',

  working: 'Paiement en cours. Ne fermez pas cette page.',
  secure: 'Connexion chiffrée. Vos données bancaires ne sont pas transmises à {merchant}.',
  leave: 'Revenir sur {host} sans payer',
  cancel: 'Annuler et revenir sur {host}',
  languages: 'Langue',

  item_one: '1 article',
  item_many: '{count} articles',
  lines: {
    subtotal: 'Sous-total',
    shipping: 'Livraison',
    discount: 'Remise',
    tax: 'Taxes',
    total: 'Total',
  },

  summary_one: 'Un champ est à corriger',
  summary_many: '{count} champs sont à corriger',
  refused_title: 'Le paiement n’a pas abouti',
  last_try: 'C’est votre dernier essai.',
  errors: {
    method_missing: 'Choisissez un moyen de paiement',
    number_missing: 'Saisissez le numéro de la carte',
    number_short: 'Vérifiez le numéro de la carte, il manque des chiffres',
    number_invalid: 'Ce numéro de carte ne semble pas valide, vérifiez les chiffres',
    number_not_test: 'En mode test, utilisez l’un des numéros de test publiés',
    expiry_missing: 'Saisissez la date d’expiration',
    expiry_invalid: 'Saisissez le mois et l’année, par exemple 09 / 28',
    expiry_past: 'Cette carte a expiré, utilisez une autre carte',
    csc_missing: 'Saisissez le cryptogramme',
    csc_invalid: 'Le cryptogramme compte 3 ou 4 chiffres',
    name_long: 'Raccourcissez le nom à 64 caractères',
    holder_missing: 'Saisissez le nom du titulaire du compte',
    holder_long: 'Raccourcissez le nom à 64 caractères',
    iban_missing: 'Saisissez l’IBAN du compte',
    iban_country: 'Un IBAN commence par deux lettres de pays, par exemple FR',
    iban_length: 'Vérifiez l’IBAN, il doit compter {expected} caractères',
    iban_invalid: 'Cet IBAN ne semble pas valide, vérifiez les caractères',
    iban_not_test: 'En mode test, utilisez l’un des IBAN de test publiés',
    email_missing: 'Saisissez votre adresse e-mail',
    email_invalid: 'Vérifiez l’adresse e-mail, par exemple nom@exemple.fr',
    firstname_missing: 'Saisissez votre prénom',
    lastname_missing: 'Saisissez votre nom',
    phone_invalid: 'Vérifiez le numéro de téléphone, par exemple 06 12 34 56 78',
    street_missing: 'Saisissez le numéro et la rue',
    zip_missing: 'Saisissez le code postal',
    city_missing: 'Saisissez la ville',
    country_missing: 'Choisissez le pays',
    too_long: 'Raccourcissez ce texte à {expected} caractères',
    shipping_missing: 'Choisissez un mode de livraison',
    shipping_unconfirmed:
      'La boutique n’a pas confirmé ce choix. Choisissez-en un autre, ou réessayez dans un instant.',
  },
  refusals: {
    declined:
      'Votre banque a refusé ce paiement. Aucun montant n’a été débité. Essayez une autre carte ou contactez votre banque.',
    funds:
      'Le solde ou le plafond disponible ne permet pas ce paiement. Aucun montant n’a été débité. Essayez un autre moyen de paiement.',
    card_expired: 'Cette carte a expiré. Aucun montant n’a été débité. Essayez une autre carte.',
    card_data:
      'Votre banque n’a pas reconnu la carte. Vérifiez le numéro, la date et le cryptogramme, puis réessayez.',
    not_permitted:
      'Cette carte ne permet pas ce type d’achat. Aucun montant n’a été débité. Essayez une autre carte.',
    verification_required:
      'Votre banque demande une vérification que ce paiement ne permet pas. Aucun montant n’a été débité. Essayez une autre carte.',
    verification_failed:
      'La vérification par votre banque n’a pas abouti. Aucun montant n’a été débité. Réessayez ou choisissez un autre moyen de paiement.',
    verification_canceled:
      'Vous avez annulé la vérification. Aucun montant n’a été débité. Vous pouvez réessayer.',
    price_changed:
      'Le montant a changé depuis l’ouverture de cette page. Rien n’a été débité : vérifiez-le, puis payez.',
    verification_expired:
      'Le délai de vérification est dépassé. Aucun montant n’a été débité. Vous pouvez réessayer.',
    technical:
      'Votre banque ne répond pas pour le moment. Aucun montant n’a été débité. Réessayez dans quelques minutes ou avec une autre carte.',
    account_unknown:
      'Ce compte n’a pas pu être prélevé. Vérifiez l’IBAN ou choisissez un autre moyen de paiement.',
    account_closed:
      'Ce compte est fermé. Aucun montant n’a été débité. Choisissez un autre compte ou une carte.',
    account_blocked:
      'Ce compte n’accepte pas les prélèvements. Aucun montant n’a été débité. Choisissez un autre compte ou une carte.',
    debit_refused:
      'Le prélèvement a été refusé. Aucun montant n’a été débité. Choisissez un autre moyen de paiement.',
  },

  to_bank: {
    title: 'Vérification par votre banque',
    text: 'Vous allez être dirigé vers votre banque pour confirmer ce paiement.',
    link: 'Continuer vers ma banque',
  },
  to_shop: {
    title: 'Retour à la boutique',
    text: 'Vous allez revenir sur {host}.',
    link: 'Continuer vers {host}',
  },
  paid: { title: 'Paiement accepté', text: 'Merci. Votre paiement à {merchant} est confirmé.' },
  saved: { title: 'Carte enregistrée', text: 'Merci. Aucun montant n’a été débité.' },
  checking: {
    title: 'Vérification du résultat',
    text: 'Nous attendons la réponse de votre banque. Ne payez pas une seconde fois, cette page se met à jour toute seule.',
  },
  refused: { title: 'Paiement refusé', text: 'Il n’est plus possible de payer avec cette page.' },
  refused_back: 'Pour réessayer, revenez sur {host} et recommencez le paiement.',
  canceled: {
    title: 'Paiement annulé',
    text: 'Cette demande de paiement a été annulée. Aucun montant n’a été débité.',
  },
  expired: {
    title: 'Page expirée',
    text: 'Le délai pour payer est dépassé. Aucun montant n’a été débité. Demandez un nouveau lien à {merchant}.',
  },
  refunded: {
    title: 'Paiement remboursé',
    text: '{merchant} vous a remboursé ce paiement. Votre banque peut mettre quelques jours à l’afficher.',
  },
  refunded_amount: 'Remboursé',
  unavailable: {
    title: 'Paiement indisponible',
    text: '{merchant} ne peut pas recevoir de paiement pour le moment. Aucun montant n’a été débité. Réessayez plus tard.',
  },
  not_found: {
    title: 'Page introuvable',
    text: 'Aucun paiement ne correspond à cette adresse. Vérifiez le lien que vous avez reçu.',
  },
  error: {
    title: 'Un problème est survenu',
    text: 'Nous n’avons pas pu afficher cette page. Avant de payer à nouveau, rechargez-la pour voir où en est le paiement.',
  },
  request: 'Référence',
  back_to: 'Retour sur {host}',
  back_soon: 'Retour automatique dans {seconds} s',
  stay: 'Rester sur cette page',
  close: 'Vous pouvez fermer cette page.',
  reload: 'Actualiser la page',

  checkout: {
    title: 'Vos coordonnées',
    email: 'E-mail',
    email_hint: 'Pour la confirmation de votre commande',
    firstname: 'Prénom',
    lastname: 'Nom',
    phone: 'Téléphone',
    phone_hint: 'En cas de question sur la livraison',
    address: 'Adresse de livraison',
    street: 'Numéro et rue',
    street2: 'Appartement, bâtiment, étage',
    zip: 'Code postal',
    city: 'Ville',
    country: 'Pays',
    choose: 'Choisissez',
    next: 'Continuer',
    shipping: 'Mode de livraison',
    deliver_to: 'Livrer à',
    change: 'Modifier',
    free: 'Offerte',
    secure: 'Connexion chiffrée. {merchant} reçoit ces informations pour votre commande.',
  },

  hints: {
    title: 'Cartes et comptes de test',
    rule: 'Toute date future et tout cryptogramme conviennent.',
    use: 'Utiliser',
    accepted: 'Acceptée',
    bank_check: 'Vérification 3-D Secure',
    declined: 'Refusée',
    funds: 'Provision insuffisante',
    debit_accepted: 'Accepté',
    debit_refused: 'Provision insuffisante',
  },

  challenge: {
    bank: 'Banque de test',
    title: 'Confirmez votre paiement',
    lead: 'Vérifiez les détails, puis saisissez le code à usage unique.',
    notice:
      'Ceci n’est pas une vraie banque. Cette page simule la vérification 3-D Secure, aucune somme ne sera débitée.',
    merchant: 'Marchand',
    amount: 'Montant',
    card: 'Carte',
    date: 'Date',
    sms: 'Code reçu par message',
    code: 'Code à usage unique',
    code_hint: '6 chiffres, vous pouvez les coller',
    accept: 'Confirmer le paiement',
    refuse: 'Refuser',
    cancel: 'Annuler',
    more: 'Simuler une autre issue',
    more_hint: 'Pour essayer ce que votre site fait quand la vérification ne se passe pas bien.',
    fail: 'Erreur technique',
    expire: 'Délai dépassé',
    code_missing: 'Saisissez le code à 6 chiffres',
    code_wrong_one: 'Ce code n’est pas le bon. Il vous reste un essai.',
    code_wrong_many: 'Ce code n’est pas le bon. Il vous reste {count} essais.',
    over: {
      title: 'Vérification terminée',
      text: 'Cette vérification a déjà eu lieu ou son délai est dépassé. Revenez sur le site où vous payiez.',
    },
    done: {
      title: 'Merci',
      text: 'Vous allez revenir à la page de paiement.',
      link: 'Continuer',
    },
  },
}
