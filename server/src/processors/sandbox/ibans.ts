import type { Approval, Outcome } from '../processor.ts'

export interface TestAccount {
  readonly name: string
  /** Day, for checks of who holds the account. */
  readonly birth_date: string
  readonly outcome: Outcome
}

export const approved: Approval = { result: 'approved', response: '00', next: 'clear' }
const declined = (response: string): Outcome => ({ result: 'declined', response })
/** The bank pays, then takes the money back for this reason: the guide gives one code for both. */
const disputed = (response: string): Approval => ({
  result: 'approved',
  response,
  next: 'disputed',
  dispute: { response },
})

/** IBAN → account: the 28 published ones. */
export const testAccounts: ReadonlyMap<string, TestAccount> = new Map(
  (
    [
      ['AT611904300234573201', 'Otto Normalverbraucher', '1971-02-02', approved],
      ['BE62510007547061', 'Jef Van Pijperzele', '1972-03-03', approved],
      ['CH2089144321842946678', 'Leonhard Euler', '1973-04-04', approved],
      ['DE89370400440532013000', 'Max Mustermann', '1974-05-05', approved],
      ['EE382200221020145685', 'Friedrich Robert Faehlmann', '1975-06-06', approved],
      ['ES0700120345030000067890', 'Juan Pérez', '1976-07-07', approved],
      ['FI2112345600000785', 'Maija Meikäläinen', '1977-08-08', approved],
      ['FR1420041010050500013M02606', 'Pierre Martin', '1978-09-09', approved],
      ['GB33BUKB20201555555555', 'John Doe', '1970-01-01', approved],
      ['IE29AIBK93115212345678', 'John Kilkenny', '1979-10-10', approved],
      ['LT121000011101001000', 'Jonas Petraitis', '1980-11-11', approved],
      ['LU280019400644750000', 'Adalbert Boros', '1981-12-12', approved],
      ['IT02A0301926102000000490887', 'Piero Pers', '1982-01-13', approved],
      ['NL39RABO0300065264', 'Jan Modaal', '1983-02-14', approved],
      ['NO9386011117947', 'Peder Aas', '1984-03-15', approved],
      ['PT50000201231234567890154', 'Jan Kowalski', '1985-04-16', approved],
      ['SE3550000000054910000003', 'Lisa Svensson', '1986-05-17', approved],
      ['FR9430003000409249176322Z50', 'Gilles Dupont', '1987-06-18', approved],
      ['FR2990665286926539507769811', 'Jean Banbois', '1992-11-23', declined('AC01')],
      ['FR8191676442817818484578833', 'Marie-Jeanne Sansbanque', '1993-12-24', declined('AC04')],
      ['FR3083648641551044006702169', 'Marc Barrer', '1994-01-25', declined('AC06')],
      ['FR4200838098473368525032012', 'Sophie Fontek', '1995-02-26', declined('AG01')],
      ['FR7099253427049384102178149', 'Hector Fauché', '1996-03-27', declined('AM04')],
      ['FR7240745948453163519978561', 'Lillianne Sansmandat', '1997-04-28', declined('MD01')],
      ['FR5533686478441573584650545', 'Vincent Refusé', '1998-05-29', declined('MD06')],
      ['FR2488294045573706143240475', 'Eric Indécis', '1999-06-30', declined('MS02')],
      ['BE08510007547063', 'Camille Honnête', '1988-07-19', disputed('AM04')],
      ['ES5000120345030000067892', 'Pepito Pérez', '1990-09-21', disputed('AC04')],
    ] as const
  ).map(([iban, name, birth_date, outcome]) => [iban, { name, birth_date, outcome }]),
)
