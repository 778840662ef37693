/**
 * OC4IDS 0.9.5 as a table: which fields an object has and what stands in them. A test compares it with the official schema
 * (github.com/open-contracting/infrastructure, Apache-2.0), which Kasa does not need in order to run.
 *
 * A line is an object and its fields. `!`: needed. After the colon its kind, text where there is none; `[]`: a list;
 * `=a|b`: nothing but these. A value needs its amount and
 * its currency, a geometry its type and its corners: the schema leaves that to the reader.
 */
export const OBJECTS = `
Project id! updated:moment language identifiers:SimpleIdentifier[] publicAuthority:OrganizationReference title
  description budget:Budget period:Period locations:Location[]
  status:=identification|preparation|implementation|completion|maintenance|decommissioning|decommissioned|cancelled
  type:=construction|rehabilitation|replacement|expansion|decommissioning sector:text[] purpose
  additionalClassifications:Classification[] parties:Organization[] assetLifetime:Period identificationPeriod:Period
  preparationPeriod:Period implementationPeriod:Period completionPeriod:Period maintenancePeriod:Period
  decommissioningPeriod:Period forecasts:Metric[] metrics:Metric[] milestones:Milestone[] completion:Completion
  costMeasurements:CostMeasurement[] transactions:Transaction[] documents:Document[]
  contractingProcesses:ContractingProcess[] relatedProjects:RelatedProject[] policyAlignment:PolicyAlignment
  benefits:Benefit[] social:Social environment:Environment lobbyingMeetings:Meeting[]
Budget description amount:Value requestDate:moment approvalDate:moment budgetBreakdowns:BudgetBreakdowns[]
  finance:Finance[]
Completion endDate:moment endDateDetails finalValue:Value finalValueDetails finalScope finalScopeDetails
PolicyAlignment policies:text[] description
Environment goals:=climateChangeAdaptation|climateChangeMitigation[] climateOversightTypes:=internal|external[]
  hasImpactAssessment:truth impactCategories:Classification[] climateMeasures:ClimateMeasure[]
  conservationMeasures:ConservationMeasure[] environmentalMeasures:EnvironmentalMeasure[] abatementCost:Value
  inProtectedArea:truth
ContractingProcess id! summary:ContractingProcessSummary releases:LinkedRelease[]
ContractingProcessSummary ocid externalReference nature:=design|construction|supervision[] title description
  status:=pre-award|active|closed tender:Tender suppliers:OrganizationReference[] contractValue:Value
  contractPeriod:Period finalValue:Value documents:Document[] modifications:Modification[]
  transactions:Transaction[] milestones:Milestone[] finance:Finance[] social:ContractingProcessSummarySocial
Tender procurementMethod:=open|selective|limited|direct procurementMethodDetails datePublished:moment
  costEstimate:Value numberOfTenderers:number tenderers:OrganizationReference[]
  procuringEntity:OrganizationReference administrativeEntity:OrganizationReference sustainability:Sustainability[]
ContractingProcessSummarySocial laborBudget:Value laborObligations:LaborObligations
LinkedRelease id!
  tag!:=planning|planningUpdate|tender|tenderAmendment|tenderUpdate|tenderCancellation|award|awardUpdate|awardCancellation|contract|contractUpdate|contractAmendment|implementation|implementationUpdate|contractTermination|compiled[]
  date!:moment url!:uri
Modification id! date:moment description rationale type releaseID oldContractValue:Value newContractValue:Value
  oldContractPeriod:Period newContractPeriod:Period
Period startDate:moment endDate:moment maxExtentDate:moment durationInDays:whole
Classification scheme id description uri:uri
Location id! description geometry:Geometry gazetteer:Gazetteer uri address:Address
Geometry type!:=Point|MultiPoint|LineString|MultiLineString|Polygon|MultiPolygon coordinates!:corners
Gazetteer scheme identifiers:text[]
Value amount!:number currency!:currency
Organization name id identifier:Identifier additionalIdentifiers:Identifier[] address:Address
  contactPoint:ContactPoint roles:text[] beneficialOwners:Person[] classifications:Classification[] people:Person[]
OrganizationReference name id
Address streetAddress locality region postalCode countryName
ContactPoint name email telephone faxNumber url:uri
BudgetBreakdowns id! description budgetBreakdown:BudgetBreakdown[]
BudgetBreakdown id! description amount:Value uri:uri period:Period sourceParty:OrganizationReference
  approvalDate:moment
Document id! documentType title description url:uri datePublished:moment dateModified:moment format language
  pageStart pageEnd accessDetails author
Identifier scheme id legalName uri:uri
RelatedProject id! scheme identifier relationship title uri:uri
Metric id! title description observations:Observation[]
Observation id! period:Period value:Value measure:measure unit:Unit dimensions:free notes
Unit name scheme id uri:uri
Person id! name identifier:Identifier nationalities:country[] address:Address email:email faxNumber telephone
  jobTitle
Transaction id! source:uri date:moment value:Value payer:OrganizationReference payee:OrganizationReference uri:uri
  relatedImplementationMilestone:MilestoneReference
SimpleIdentifier id! scheme
Milestone id! title type description code dueDate:moment dateMet:moment dateModified:moment
  status:=scheduled|met|notMet|partiallyMet value:Value
MilestoneReference id! title
ClimateMeasure type:text[] description
ConservationMeasure type description
EnvironmentalMeasure type description
Finance id! title description value:Value financingParty:OrganizationReference
  financingPartyType:=institutional|commercial|bilateral|multilateral|vendor|other source assetClass:=debt|equity[]
  type:=bond|loan|hybrid|shares.listed|shares.unlisted|grant|guarantee repaymentPriority:=senior|subordinated
  concessional:truth resultsBased:truth period:Period paymentPeriod:Period paymentFrequency:amount
  interestRate:InterestRate exchangeRateGuarantee:truth stepInRights:truth relatedLots:text[]
InterestRate base:measure margin:number fixed:truth notes
CostMeasurement id! date:moment lifeCycleCosting:LifeCycleCosting costGroups:CostGroup[]
LifeCycleCosting value:Value
CostGroup id! category costs:Cost[]
Cost id classification:Classification value:Value
LaborObligations obligations:text[] description
Benefit title description beneficiaries:Beneficiary[]
Beneficiary location:Location description numberOfPeople:whole
Sustainability strategies:text[]
Meeting id! date:moment address:Address numberOfParticipants:whole publicOffice:PublicOffice
PublicOffice person:PublicOfficePerson organization:OrganizationReference jobTitle
PublicOfficePerson name
Social consultationMeetings:Meeting[] landCompensationBudget:Value inIndigenousLand:truth
  healthAndSafety:HealthAndSafety
HealthAndSafety materialTests:MaterialTests
MaterialTests tests:text[] description
`;

/** The closed list of currencies. */
export const CURRENCIES: ReadonlySet<string> = new Set(
  `
ADP AED AFA AFN ALK ALL AMD ANG AOA AOK AON AOR ARA ARP ARS ARY ATS AUD AWG AYM AZM AZN BAD BAM BBD BDT BEC BEF BEL
BGJ BGK BGL BGN BHD BIF BMD BND BOB BOP BOV BRB BRC BRE BRL BRN BRR BSD BTN BUK BWP BYB BYN BYR BZD CAD CDF CHC CHE
CHF CHW CLF CLP CNY COP COU CRC CSD CSJ CSK CUC CUP CVE CYP CZK DDM DEM DJF DKK DOP DZD ECS ECV EEK EGP ERN ESA ESB
ESP ETB EUR FIM FJD FKP FRF GBP GEK GEL GHC GHP GHS GIP GMD GNE GNF GNS GQE GRD GTQ GWE GWP GYD HKD HNL HRD HRK HTG
HUF IDR IEP ILP ILR ILS INR IQD IRR ISJ ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAJ LAK LBP LKR LRD
LSL LSM LTL LTT LUC LUF LUL LVL LVR LYD MAD MDL MGA MGF MKD MLF MMK MNT MOP MRO MRU MTL MTP MUR MVQ MVR MWK MXN MXP
MXV MYR MZE MZM MZN NAD NGN NIC NIO NLG NOK NPR NZD OMR PAB PEH PEI PEN PES PGK PHP PKR PLN PLZ PTE PYG QAR RHD ROK
ROL RON RSD RUB RUR RWF SAR SBD SCR SDD SDG SDP SEK SGD SHP SIT SKK SLL SOS SRD SRG SSP STD STN SUR SVC SYP SZL THB
TJR TJS TMM TMT TND TOP TPE TRL TRY TTD TWD TZS UAH UAK UGS UGW UGX USD USN USS UYI UYN UYP UYU UYW UZS VEB VEF VES
VNC VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XEU XFO XFU XOF XPD XPF XPT XRE XSU XTS XUA XXX YDD YER YUD YUM
YUN ZAL ZAR ZMK ZMW ZRN ZRZ ZWC ZWD ZWL ZWN ZWR
`
    .trim()
    .split(/\s+/),
);

/** The closed list of nationalities. */
export const COUNTRIES: ReadonlySet<string> = new Set(
  `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
`
    .trim()
    .split(/\s+/),
);
